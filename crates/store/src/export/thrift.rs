//! The compact protocol of Thrift, as far as the footer and the page heads of Parquet need it.

/// A struct in the making: fields in rising order of their ids.
#[derive(Clone, Debug, Default)]
pub struct Struct {
    bytes: Vec<u8>,
    last: i16,
}

/// Types of the compact protocol.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
enum Type {
    I32 = 5,
    I64 = 6,
    Binary = 8,
    List = 9,
    Struct = 12,
}

/// A number in groups of seven bits, the lowest first.
pub fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Signed numbers so folded that small ones stay short.
fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

fn binary(text: &[u8], out: &mut Vec<u8>) {
    varint(text.len() as u64, out);
    out.extend(text);
}

fn head(kind: Type, length: usize, out: &mut Vec<u8>) {
    if length < 15 {
        out.push((length as u8) << 4 | kind as u8);
    } else {
        out.push(0xf0 | kind as u8);
        varint(length as u64, out);
    }
}

impl Struct {
    fn field(&mut self, id: i16, kind: Type) {
        let step = id - self.last;
        assert!((1..=15).contains(&step), "fields are written in rising order, none far from the last");
        self.bytes.push((step as u8) << 4 | kind as u8);
        self.last = id;
    }
    /// A number of 32 bits.
    pub fn i32(mut self, id: i16, number: i32) -> Self {
        self.field(id, Type::I32);
        varint(zigzag(number.into()), &mut self.bytes);
        self
    }
    /// A number of 64 bits.
    pub fn i64(mut self, id: i16, number: i64) -> Self {
        self.field(id, Type::I64);
        varint(zigzag(number), &mut self.bytes);
        self
    }
    /// Text.
    pub fn text(mut self, id: i16, text: &str) -> Self {
        self.field(id, Type::Binary);
        binary(text.as_bytes(), &mut self.bytes);
        self
    }
    /// A struct within.
    pub fn inner(mut self, id: i16, inner: Struct) -> Self {
        self.field(id, Type::Struct);
        self.bytes.extend(inner.finish());
        self
    }
    /// A list of structs.
    pub fn structs(mut self, id: i16, inner: Vec<Struct>) -> Self {
        self.field(id, Type::List);
        head(Type::Struct, inner.len(), &mut self.bytes);
        inner.into_iter().for_each(|one| self.bytes.extend(one.finish()));
        self
    }
    /// A list of numbers of 32 bits.
    pub fn numbers(mut self, id: i16, numbers: &[i32]) -> Self {
        self.field(id, Type::List);
        head(Type::I32, numbers.len(), &mut self.bytes);
        numbers.iter().for_each(|number| varint(zigzag((*number).into()), &mut self.bytes));
        self
    }
    /// A list of texts.
    pub fn texts(mut self, id: i16, texts: &[&str]) -> Self {
        self.field(id, Type::List);
        head(Type::Binary, texts.len(), &mut self.bytes);
        texts.iter().for_each(|text| binary(text.as_bytes(), &mut self.bytes));
        self
    }
    /// The bytes of the whole.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_structs_are_written_as_the_protocol_says() {
        // Zigzag and varint: 0, -1, 1, -2, 2, 150 are 0, 1, 2, 3, 4, 300.
        let bytes = Struct::default().numbers(1, &[0, -1, 1, -2, 2, 150]).finish();
        assert_eq!(bytes, [0x19, 0x65, 0, 1, 2, 3, 4, 0xac, 0x02, 0]);
        let bytes = Struct::default().i32(1, 1).text(4, "ab").inner(5, Struct::default().i64(2, -1)).finish();
        assert_eq!(bytes, [0x15, 2, 0x38, 2, b'a', b'b', 0x1c, 0x26, 1, 0, 0]);
    }
}
