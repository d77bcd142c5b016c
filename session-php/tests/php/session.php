<?php

/**
 * The other side of tests/sessions/php.rs: a real PHP reads and writes sessions.
 *
 *     php -d session.serialize_handler=HANDLER session.php make
 *     php -d session.serialize_handler=HANDLER session.php echo
 *     php -d session.serialize_handler=HANDLER session.php unset
 *
 * `make` prints a name and a session a line. `echo` reads a session a line, lets `session_start`
 * decode it, and prints what PHP then writes, or `refused`. `unset` does so, too, and removes the
 * variables whose names follow the session. Sessions are base64.
 */

declare(strict_types=1);

class P
{
    public $x = 1;
    protected $y = [1];
    private $z = null;
}

class D extends P
{
    private $z = 3;
}

class Own
{
    public function __serialize(): array
    {
        return ['k' => 1, 5 => 'x'];
    }

    public function __unserialize(array $data): void
    {
    }
}

class Old implements Serializable
{
    public string $data = "a;}b\0\xff";

    public function serialize(): string
    {
        return $this->data;
    }

    public function unserialize($data): void
    {
        $this->data = $data;
    }
}

/** Counts the values that it holds among those of the session, as PHP's own classes did. */
class Box implements Serializable
{
    public $held;

    public function serialize(): string
    {
        return serialize($this->held);
    }

    public function unserialize($data): void
    {
        $this->held = unserialize($data);
    }
}

enum Suit: string
{
    case Hearts = 'h';
    case Spades = 's';
}

/** Gives PHP the bytes that it asks for, and keeps those that it writes. */
final class Memory implements SessionHandlerInterface
{
    public string $data = '';
    public ?string $written = null;

    public function open(string $path, string $name): bool
    {
        return true;
    }

    public function close(): bool
    {
        return true;
    }

    public function read(string $id): string
    {
        return $this->data;
    }

    public function write(string $id, string $data): bool
    {
        $this->written = $data;
        return true;
    }

    public function destroy(string $id): bool
    {
        return true;
    }

    public function gc(int $max_lifetime): int
    {
        return 0;
    }
}

function cases(): iterable
{
    $nested = [];
    for ($level = 0; $level < 100; $level++) {
        $nested = [$nested];
    }
    $object = new P();
    $list = [1, 2];
    $self = [];
    $self['me'] = &$self;
    $any = new stdClass();
    $any->a = 1;
    $any->{'5'} = 2;

    $cart = ['A', 'B', 'C'];
    unset($cart[0]);

    yield 'empty' => [];
    yield 'scalars' => ['n' => null, 't' => true, 'f' => false, 'i' => PHP_INT_MIN, 'e' => ''];
    yield 'floats' => ['v' => [
        0.1, -0.0, 1.0, 1e15, 1e16, 1e17, 1e25, 1.5e-7, 0.0001, 0.00001, 5e-324, PHP_FLOAT_MAX,
        0.1 + 0.2, 123456789012345678.0, INF, -INF, NAN,
    ]];
    yield 'bytes' => ['v' => "\xff\xfe\0;\"}", "k\xff" => 1];
    yield 'arrays' => ['v' => ['k' => 1, 5 => 2, -1 => 3, '07' => 4, '' => 5], 'w' => [[], [[]]]];
    yield 'objects' => ['any' => $any, 'p' => $object, 'd' => new D(), 'own' => new Own()];
    yield 'same' => ['a' => $object, 'b' => $object, 'c' => [$object, new P(), $object]];
    yield 'references' => ['before' => [1], 'a' => &$list, 'b' => &$list, 'c' => [&$list[0], &$list[0]]];
    yield 'itself' => ['self' => &$self];
    yield 'serializable' => ['v' => new Old(), 'after' => 1];
    yield 'enums' => ['v' => Suit::Hearts, 'w' => [Suit::Hearts, Suit::Spades, Suit::Hearts]];
    yield 'deep' => ['v' => $nested];
    yield 'wide' => ['v' => range(1, 10000), 'w' => array_fill_keys(range(5, 5000, 5), 'x')];
    yield 'everyday' => [
        'cart' => $cart,
        'filtered' => array_filter([1, 0, 2]),
        'unique' => array_unique(['a', 'a', 'b']),
        'visits' => '5', 'rate' => 5, 'count' => 5.0, 'flag' => true, 'limit' => null, 'user' => '',
    ];
    yield 'names' => ['!a' => 1, 'b!' => 2, '' => 3, 'é' => 4, 'user.name' => 5];
}

function make(Memory $memory): void
{
    foreach (cases() as $name => $session) {
        $memory->data = '';
        session_start();
        $_SESSION = $session;
        session_write_close();
        fwrite(STDOUT, $name . ' ' . base64_encode($memory->written) . "\n");
    }
}

function echo_lines(Memory $memory): void
{
    while (($line = fgets(STDIN)) !== false) {
        $words = explode(' ', trim($line));
        $memory->data = base64_decode(array_shift($words));
        $memory->written = null;
        // PHP destroys the session that it cannot decode, and says so in a warning.
        $started = @session_start() && session_status() === PHP_SESSION_ACTIVE;
        if ($started) {
            foreach ($words as $name) {
                unset($_SESSION[$name]);
            }
            @session_write_close();
        }
        fwrite(STDOUT, ($memory->written === null ? 'refused' : base64_encode($memory->written)) . "\n");
    }
}

error_reporting(E_ALL & ~E_DEPRECATED);
ini_set('session.use_cookies', '0');
ini_set('session.cache_limiter', '');
ini_set('session.lazy_write', '0');
$memory = new Memory();
session_set_save_handler($memory, false);
session_id('any');

match ($argv[1]) {
    'make' => make($memory),
    'echo', 'unset' => echo_lines($memory),
};
