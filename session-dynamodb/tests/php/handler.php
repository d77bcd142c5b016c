<?php

/**
 * A PHP process with the session handler of the AWS SDK, of async-aws or of Idealstack.
 *
 *     php handler.php ENDPOINT TABLE ID [OPTIONS [STEP…]]
 *
 * It sends the requests that were recorded from these handlers, signed with a key of no account, so
 * it is for a server on loopback. It opens the session, takes the steps, and writes the session when
 * it ends. After each opening it prints what `$_SESSION` holds as one line of JSON.
 *
 * OPTIONS is a JSON object with the options of the handler, such as `{"locking": true}`, and with
 * `handler` (`aws_sdk_php` or `async_aws`), `session_name`, `serialize_handler` and `now`, a time in
 * place of the clock's. Idealstack's handler is `{"base64": true}`.
 *
 * A STEP is `NAME=JSON` (sets a variable), `-NAME` (unsets it), `write` (session_write_close),
 * `open` (session_start), `peek` (session_start with read_and_close), `destroy` (session_destroy)
 * or `wait` (prints `waiting`, and waits for a line on standard input or for its end).
 */

declare(strict_types=1);

final class Handler implements SessionHandlerInterface
{
    private string $name = '';
    private string $openId = '';
    private string $dataRead = '';
    private bool $isWritten = false;
    private CurlHandle $curl;

    public function __construct(private string $endpoint, private string $table, private array $options)
    {
        $this->curl = curl_init();
    }

    public function open(string $path, string $name): bool
    {
        $this->name = $name;
        return true;
    }

    public function read(string $id): string
    {
        [$this->openId, $this->dataRead] = [$id, ''];
        $item = $this->options['locking'] ? $this->lock($id) : $this->get($id);
        $expires = current($item[$this->options['session_lifetime_attribute']] ?? []);
        $data = $item[$this->options['data_attribute']] ?? null;
        if ($expires !== false && $data !== null) {
            $isEncoded = isset($data['B']) || $this->options['base64'];
            $this->dataRead = $isEncoded ? base64_decode(current($data)) : current($data);
            if ((int) $expires <= $this->now()) {
                $this->dataRead = '';
                $this->destroy($id);
            }
        }
        return $this->dataRead;
    }

    public function write(string $id, string $data): bool
    {
        $isChanged = $id !== $this->openId || $data !== $this->dataRead;
        $this->openId = $id;
        return $this->isWritten = $this->update($id, $data, $isChanged);
    }

    public function close(): bool
    {
        if ($this->openId !== session_id() || !$this->isWritten) {
            $this->isWritten = $this->update($this->openId, '', false);
        }
        return $this->isWritten;
    }

    public function destroy(string $id): bool
    {
        $this->openId = $id;
        return $this->isWritten = $this->send('DeleteItem', $this->target($id)) !== null;
    }

    public function gc(int $lifetime): int
    {
        return 0;
    }

    private function get(string $id): array
    {
        $read = ['ConsistentRead' => $this->options['consistent_read']];
        return $this->send('GetItem', $this->target($id) + $read)['Item'] ?? [];
    }

    /** Waits for the lock; when the time is over, there is nothing in the session. */
    private function lock(string $id): array
    {
        $deadline = time() + $this->options['max_lock_wait_time'];
        $request = $this->target($id) + [
            'Expected' => ['lock' => ['Exists' => false]],
            'AttributeUpdates' => ['lock' => ['Value' => ['N' => '1']]],
            'ReturnValues' => 'ALL_NEW',
        ];
        while (($reply = $this->send('UpdateItem', $request, $isLocked)) === null) {
            if (!$isLocked || time() >= $deadline) {
                return [];
            }
            [$least, $most] = [$this->options['min_lock_retry_microtime'], $this->options['max_lock_retry_microtime']];
            usleep(rand($least, $most));
        }
        return $reply['Attributes'] ?? [];
    }

    private function update(string $id, string $data, bool $isChanged): bool
    {
        $expires = (string) ($this->now() + $this->options['session_lifetime']);
        $updates = [$this->options['session_lifetime_attribute'] => ['Value' => ['N' => $expires]]];
        if ($this->options['handler'] === 'aws_sdk_php') {
            $updates['lock'] = ['Action' => 'DELETE'];
        }
        if ($isChanged) {
            $kind = $this->options['data_attribute_type'] === 'binary' ? 'B' : 'S';
            $text = $kind === 'B' || $this->options['base64'] ? base64_encode($data) : $data;
            $change = $data === '' ? ['Action' => 'DELETE'] : ['Value' => [$kind => $text]];
            $updates[$this->options['data_attribute']] = $change;
        }
        return $this->send('UpdateItem', $this->target($id) + ['AttributeUpdates' => $updates]) !== null;
    }

    private function target(string $id): array
    {
        $separator = $this->options['id_separator'];
        $key = trim($this->name . $separator . $id, $separator);
        return ['TableName' => $this->table, 'Key' => [$this->options['hash_key'] => ['S' => $key]]];
    }

    /** The reply, or null for a failure. */
    private function send(string $action, array $request, ?bool &$isLocked = null): ?array
    {
        curl_setopt_array($this->curl, [
            CURLOPT_URL => $this->endpoint,
            CURLOPT_POSTFIELDS => json_encode($request, JSON_THROW_ON_ERROR),
            CURLOPT_HTTPHEADER => [
                'content-type: application/x-amz-json-1.0',
                "x-amz-target: DynamoDB_20120810.$action",
            ],
            CURLOPT_AWS_SIGV4 => 'aws:amz:eu-west-1:dynamodb',
            CURLOPT_USERPWD => 'test:test',
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 30,
        ]);
        $body = curl_exec($this->curl);
        $isLocked = is_string($body) && str_contains($body, '#ConditionalCheckFailedException');
        if ($body !== false && curl_getinfo($this->curl, CURLINFO_RESPONSE_CODE) === 200) {
            return json_decode($body, true, flags: JSON_THROW_ON_ERROR);
        }
        if (!$isLocked) {
            fwrite(STDERR, "$action: " . ($body === false ? curl_error($this->curl) : $body) . "\n");
        }
        return null;
    }

    private function now(): int
    {
        return $this->options['now'] ?? time();
    }
}

function start(array $settings = []): void
{
    session_start($settings);
    fwrite(STDOUT, json_encode((object) $_SESSION, JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR) . "\n");
}

function step(string $step): void
{
    match (true) {
        $step === 'open' => start(),
        $step === 'peek' => start(['read_and_close' => true]),
        $step === 'write' => session_write_close(),
        $step === 'destroy' => session_destroy(),
        $step === 'wait' => fwrite(STDOUT, "waiting\n") && fgets(STDIN),
        default => change($step),
    };
}

function change(string $step): void
{
    [$name, $json] = explode('=', $step, 2) + [1 => null];
    if ($json !== null) {
        $_SESSION[$name] = json_decode($json, true, flags: JSON_THROW_ON_ERROR);
    } elseif ($name[0] === '-') {
        unset($_SESSION[substr($name, 1)]);
    } else {
        throw new InvalidArgumentException("$step is no step");
    }
}

[, $endpoint, $table, $id] = $argv;
$options = json_decode($argv[4] ?? '{}', true, flags: JSON_THROW_ON_ERROR) + [
    'handler' => 'aws_sdk_php', 'session_name' => 'PHPSESSID', 'serialize_handler' => 'php',
    'hash_key' => 'id', 'data_attribute' => 'data', 'data_attribute_type' => 'string', 'base64' => false,
    'session_lifetime' => 1440, 'session_lifetime_attribute' => 'expires', 'id_separator' => '_',
    'consistent_read' => true, 'locking' => false, 'max_lock_wait_time' => 10,
    'min_lock_retry_microtime' => 10000, 'max_lock_retry_microtime' => 50000,
];
foreach (['use_cookies' => '0', 'cache_limiter' => '', 'serialize_handler' => $options['serialize_handler']] as $name => $value) {
    ini_set("session.$name", $value);
}
session_name($options['session_name']);
session_id($id);
session_set_save_handler(new Handler($endpoint, $table, $options), true);
start();
array_map('step', array_slice($argv, 5));
