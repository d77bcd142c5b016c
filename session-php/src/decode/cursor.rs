use super::Fault;

/// A place in the bytes that are decoded.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes stand before the place.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The byte after it.
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// The rejection of what stands here.
    pub(super) fn expected<T>(&self, what: &'static str) -> Result<T, Fault> {
        Err(Fault::Expected { what, at: self.at })
    }

    /// Passes exactly these bytes.
    pub(super) fn pass(&mut self, bytes: &[u8], what: &'static str) -> Result<(), Fault> {
        if !self.rest().starts_with(bytes) {
            return self.expected(what);
        }
        self.at += bytes.len();
        Ok(())
    }

    /// Takes so many bytes: no more than there are, whatever was announced.
    pub(super) fn take(&mut self, length: usize, what: &'static str) -> Result<&'a [u8], Fault> {
        let Some(taken) = self.rest().get(..length) else { return self.expected(what) };
        self.at += length;
        Ok(taken)
    }

    /// Takes one byte.
    pub(super) fn byte(&mut self, what: &'static str) -> Result<u8, Fault> {
        self.take(1, what).map(|taken| taken[0])
    }

    /// Takes the bytes before the next one that is `end`, and passes that one.
    pub(super) fn until(&mut self, end: u8, what: &'static str) -> Result<&'a [u8], Fault> {
        let Some(length) = self.rest().iter().position(|&byte| byte == end) else {
            return self.expected(what);
        };
        let taken = &self.rest()[..length];
        self.at += length + 1;
        Ok(taken)
    }

    /// Takes the longest run of bytes that are accepted.
    pub(super) fn run(&mut self, is_accepted: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|&byte| !is_accepted(byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }
}
