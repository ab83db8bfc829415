//! Directories of a TIFF: numbers under tags (TIFF 6.0, part 1, section 2; BigTIFF, which has longer numbers).

use crate::PictureError;

/// How numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
    pub(super) big_endian: bool,
    /// It is a BigTIFF.
    pub(super) long: bool,
}

impl Form {
    /// That of a file, if its first bytes are those of one.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let (big_endian, version) = match bytes.first_chunk()? {
            [b'I', b'I', low, high] => (false, u16::from_le_bytes([*low, *high])),
            [b'M', b'M', high, low] => (true, u16::from_be_bytes([*high, *low])),
            _ => return None,
        };
        matches!(version, 42 | 43).then_some(Self { big_endian, long: version == 43 })
    }

    /// The number that these bytes, up to eight, are.
    pub(super) fn number(self, bytes: &[u8]) -> u64 {
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        if self.big_endian { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) }
    }
}

#[derive(Debug, Clone, Copy)]
struct Entry<'a> {
    tag: u16,
    kind: u16,
    /// None where the file ends before them.
    values: Option<&'a [u8]>,
}

/// What is said under tags.
#[derive(Debug, Clone)]
pub(crate) struct Directory<'a> {
    form: Form,
    entries: Vec<Entry<'a>>,
}

/// Bytes of a value of this type; none for types that nobody knows.
const fn size_of(kind: u16) -> Option<usize> {
    match kind {
        1 | 2 | 6 | 7 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 | 16 | 17 | 18 => Some(8),
        _ => None,
    }
}

impl<'a> Directory<'a> {
    /// The first of a file.
    pub(crate) fn first(bytes: &'a [u8]) -> Result<Self, PictureError> {
        let form = Form::of(bytes).ok_or(PictureError::NotUnderstood)?;
        let at = if form.long { bytes.get(8..16) } else { bytes.get(4..8) };
        Self::at(bytes, form, form.number(at.ok_or(PictureError::CutShort)?))
    }

    /// The one that begins there.
    pub(crate) fn at(bytes: &'a [u8], form: Form, at: u64) -> Result<Self, PictureError> {
        let slice = |at: u64, length: u64| {
            let (from, to) = (usize::try_from(at).ok()?, usize::try_from(at.checked_add(length)?).ok()?);
            bytes.get(from..to)
        };
        let (head, each, inline) = if form.long { (8, 20, 8) } else { (2, 12, 4) };
        let count = form.number(slice(at, head).ok_or(PictureError::CutShort)?);
        let listed = count.checked_mul(each).and_then(|length| slice(at.checked_add(head)?, length));
        let mut entries = Vec::new();
        for entry in listed.ok_or(PictureError::CutShort)?.chunks_exact(each as usize) {
            let (tag, kind) = (form.number(&entry[..2]) as u16, form.number(&entry[2..4]) as u16);
            let (count, value) = entry[4..].split_at(inline);
            let Some(size) = size_of(kind) else { continue };
            let length = form.number(count).checked_mul(size as u64);
            let values = length.and_then(|length| {
                if length <= inline as u64 { value.get(..length as usize) } else { slice(form.number(value), length) }
            });
            entries.push(Entry { tag, kind, values });
        }
        Ok(Self { form, entries })
    }

    pub(crate) fn form(&self) -> Form {
        self.form
    }

    fn entry(&self, tag: u16) -> Option<(u16, &'a [u8])> {
        let entry = self.entries.iter().find(|entry| entry.tag == tag)?;
        Some((entry.kind, entry.values?))
    }

    /// Fails where the tag is there and its values are not: the file ends before them.
    pub(super) fn whole(&self, tag: u16) -> Result<(), PictureError> {
        let lacks = self.entries.iter().any(|entry| entry.tag == tag && entry.values.is_none());
        if lacks { Err(PictureError::CutShort) } else { Ok(()) }
    }

    /// Whole numbers; none where there are none.
    pub(super) fn numbers(&self, tag: u16) -> Vec<u64> {
        let Some((kind, values)) = self.entry(tag) else { return Vec::new() };
        match (kind, size_of(kind)) {
            (1 | 3 | 4 | 7 | 13 | 16 | 18, Some(size)) => {
                values.chunks_exact(size).map(|value| self.form.number(value)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The first whole number.
    pub(crate) fn number(&self, tag: u16) -> Option<u64> {
        let (kind, values) = self.entry(tag)?;
        match kind {
            1 | 3 | 4 | 7 | 13 | 16 | 18 => values.get(..size_of(kind)?).map(|value| self.form.number(value)),
            _ => None,
        }
    }

    /// Numbers that need not be whole.
    pub(super) fn fractions(&self, tag: u16) -> Vec<f64> {
        let Some((kind, values)) = self.entry(tag) else { return Vec::new() };
        let of = |bytes: &[u8]| self.form.number(bytes);
        match kind {
            5 => values.chunks_exact(8).map(|pair| of(&pair[..4]) as f64 / (of(&pair[4..]) as f64).max(1.0)).collect(),
            11 => values.chunks_exact(4).map(|value| f64::from(f32::from_bits(of(value) as u32))).collect(),
            12 => values.chunks_exact(8).map(|value| f64::from_bits(of(value))).collect(),
            _ => self.numbers(tag).into_iter().map(|value| value as f64).collect(),
        }
    }

    /// Bytes as they are.
    pub(crate) fn text(&self, tag: u16) -> &'a [u8] {
        self.entry(tag).map_or(&[], |(_, values)| values)
    }
}
