//! Numbers, lists and texts as bytes, and back: what is cut short is nothing, and asks for no memory.

/// Where they are put, one behind the other.
pub(super) struct Out<'b>(pub(super) &'b mut Vec<u8>);

impl Out<'_> {
    pub(super) fn number(&mut self, n: u64) {
        self.0.extend_from_slice(&n.to_le_bytes());
    }

    pub(super) fn short(&mut self, n: u32) {
        self.0.extend_from_slice(&n.to_le_bytes());
    }

    pub(super) fn told(&mut self, n: Option<u64>) {
        self.number(u64::from(n.is_some()));
        self.number(n.unwrap_or(0));
    }

    pub(super) fn numbers(&mut self, list: &[u64]) {
        self.number(list.len() as u64);
        list.iter().for_each(|n| self.number(*n));
    }

    pub(super) fn shorts(&mut self, list: &[u32]) {
        self.number(list.len() as u64);
        list.iter().for_each(|n| self.0.extend_from_slice(&n.to_le_bytes()));
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }
}

/// What is not read yet.
pub(super) struct In<'b>(pub(super) &'b [u8]);

impl<'b> In<'b> {
    pub(super) fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*number))
    }

    pub(super) fn short(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*number))
    }

    pub(super) fn len(&mut self) -> Option<usize> {
        // A length that is longer than what is left is none, and would ask for memory.
        usize::try_from(self.number()?).ok().filter(|len| *len <= self.0.len())
    }

    pub(super) fn told(&mut self) -> Option<Option<u64>> {
        let (is, n) = (self.number()?, self.number()?);
        Some((is != 0).then_some(n))
    }

    pub(super) fn slice(&mut self, len: usize) -> Option<&'b [u8]> {
        let (now, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(now)
    }

    pub(super) fn numbers(&mut self) -> Option<Vec<u64>> {
        let len = self.len()?;
        let bytes = self.slice(len.checked_mul(8)?)?;
        Some(bytes.as_chunks().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect())
    }

    pub(super) fn shorts(&mut self) -> Option<Vec<u32>> {
        let len = self.len()?;
        let bytes = self.slice(len.checked_mul(4)?)?;
        Some(bytes.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect())
    }

    pub(super) fn string(&mut self) -> Option<String> {
        let len = self.len()?;
        String::from_utf8(self.slice(len)?.to_vec()).ok()
    }

    pub(super) fn list<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let len = self.len()?;
        (0..len).map(|_| one(self)).collect()
    }
}
