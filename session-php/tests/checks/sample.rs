use session_php::{
    Anchor, Array, Custom, EnumCase, Key, Object, Reference, ReferenceKind, ReferenceTarget,
    SessionData, Value,
};

/// Makes a session from any bytes, always the same one from the same bytes.
pub(super) struct Sample<'a> {
    bytes: &'a [u8],
    /// The anchors so far, and whether each is on an object.
    anchors: Vec<(Anchor, bool)>,
}

impl<'a> Sample<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, anchors: Vec::new() }
    }

    pub(super) fn session(&mut self) -> SessionData {
        let mut session = SessionData::new();
        while !self.bytes.is_empty() {
            let name = self.key();
            // An anchor is removed with its value.
            if session.get(name.clone()).is_none() {
                let value = self.value(6);
                session.insert(name, value);
            }
        }
        session
    }

    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        *first
    }

    fn eight(&mut self) -> [u8; 8] {
        std::array::from_fn(|_| self.byte())
    }

    fn string(&mut self) -> Vec<u8> {
        let length = usize::from(self.byte() % 16).min(self.bytes.len());
        let (taken, rest) = self.bytes.split_at(length);
        self.bytes = rest;
        taken.to_vec()
    }

    fn key(&mut self) -> Key {
        match self.byte() % 4 {
            0 => Key::Int(i64::from(self.byte()) - 128),
            _ => Key::from(self.string()),
        }
    }

    fn value(&mut self, room: u8) -> Value {
        match self.byte() % 12 {
            0 => Value::Null,
            1 => Value::Bool(self.byte().is_multiple_of(2)),
            2 => Value::Int(i64::from_le_bytes(self.eight())),
            3 => Value::Float(f64::from_le_bytes(self.eight())),
            4 => Value::Bytes(self.string()),
            5 | 6 if room > 0 => Value::Array(self.entries(room)),
            7 if room > 0 => Value::Object(self.object(room)),
            8 => Value::Enum(self.enum_case()),
            9 => Value::Custom(Custom { class: self.string(), data: self.string() }),
            10 if room > 0 => self.anchored(room),
            11 => self.reference(),
            _ => Value::Int(i64::from(self.byte())),
        }
    }

    fn entries(&mut self, room: u8) -> Array {
        let mut entries = Array::new();
        for _ in 0..self.byte() % 8 {
            let key = self.key();
            if entries.get(key.clone()).is_none() {
                let value = self.value(room - 1);
                entries.insert(key, value);
            }
        }
        entries
    }

    fn object(&mut self, room: u8) -> Object {
        Object { class: self.string(), properties: self.entries(room) }
    }

    fn enum_case(&mut self) -> EnumCase {
        let class = self.string().into_iter().filter(|byte| *byte != b':').collect();
        EnumCase { class, case: self.string() }
    }

    fn anchored(&mut self, room: u8) -> Value {
        let anchor = Anchor(1000 + self.anchors.len() as u64);
        let object = self.byte().is_multiple_of(2);
        self.anchors.push((anchor, object));
        let value =
            if object { self.object(room).into() } else { Value::Array(self.entries(room)) };
        ReferenceTarget::new(anchor, value).into()
    }

    fn reference(&mut self) -> Value {
        let choice = usize::from(self.byte());
        let Some(&(anchor, object)) = self.anchors.get(choice % self.anchors.len().max(1)) else {
            return Value::Null;
        };
        let kind = if object && choice.is_multiple_of(2) {
            ReferenceKind::Object
        } else {
            ReferenceKind::Variable
        };
        Value::Reference(Reference { kind, anchor })
    }
}
