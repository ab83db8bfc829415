//! Lines as fax machines send them (ITU-T T.4 and T.6; TIFF 6.0, sections 10 and 11).

use std::{cell::Cell, convert::Infallible};

use fax::{
    BitReader,
    maps::{Mode, black, mode, white},
};

use crate::PictureError;

/// How lines are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// Each by itself, and each begins with a byte.
    Rle,
    /// Each behind a mark; by itself or by what differs from the one before.
    Group3 { by_line_before: bool },
    /// Each by what differs from the one before.
    Group4,
}

/// Why a line could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// These bits begin no code.
    NoCode,
    /// A part that is not compressed begins, which nobody is known to write.
    Uncompressed,
}

/// Lines of so many pixels, black as one.
pub(super) fn rows(packed: &[u8], coding: Coding, width: usize, rows: usize) -> Result<Vec<u8>, PictureError> {
    // A code is looked for in more bits than it has, so that some must follow the last. They begin none.
    let left = Cell::new(packed.len());
    let bytes = packed.iter().inspect(|_| left.set(left.get() - 1)).copied().chain([0; 2]);
    let mut reader = fax::ByteReader::new(bytes.map(Ok::<u8, Infallible>)).unwrap_or_else(|never| match never {});
    let wrong = |stop: Stop| match stop {
        Stop::NoCode if left.get() == 0 => PictureError::CutShort,
        Stop::NoCode => PictureError::Damaged("the fax codes of the TIFF make no sense".to_owned()),
        Stop::Uncompressed => PictureError::Variant("it is a fax with parts that are not compressed".to_owned()),
    };
    let row = width.div_ceil(8);
    let mut made = vec![0; rows * row];
    let mut before = Vec::new();
    for line in made.chunks_exact_mut(row) {
        let by_line_before = match coding {
            Coding::Rle => false,
            Coding::Group4 => true,
            Coding::Group3 { by_line_before } => {
                let marked = pass_mark(&mut reader);
                if by_line_before && !marked {
                    return Err(wrong(Stop::NoCode));
                }
                by_line_before && !bit(&mut reader).map_err(wrong)?
            }
        };
        let changes = if by_line_before {
            match differing(&mut reader, &before, width).map_err(wrong)? {
                Some(changes) => changes,
                // Writers leave out white lines before the end.
                None => break,
            }
        } else {
            alone(&mut reader, width).map_err(wrong)?
        };
        if coding == Coding::Rle {
            let rest = reader.bits_to_byte_boundary();
            let _ = reader.consume(rest);
        }
        for black in changes.chunks(2) {
            for pixel in black[0]..black.get(1).copied().unwrap_or(width) {
                line[pixel / 8] |= 0x80 >> (pixel % 8);
            }
        }
        before = changes;
    }
    Ok(made)
}

fn bit(reader: &mut impl BitReader) -> Result<bool, Stop> {
    let bit = reader.peek(1).ok_or(Stop::NoCode)?;
    let _ = reader.consume(1);
    Ok(bit == 1)
}

/// Passes over the mark of a line, eleven zeros or more and a one, if there is one.
fn pass_mark(reader: &mut impl BitReader) -> bool {
    if reader.peek(11) != Some(0) {
        return false;
    }
    while reader.peek(1) == Some(0) {
        let _ = reader.consume(1);
    }
    let marked = reader.peek(1) == Some(1);
    let _ = reader.consume(1);
    marked
}

fn run(reader: &mut impl BitReader, is_black: bool) -> Result<usize, Stop> {
    let mut sum = 0;
    loop {
        let part = if is_black { black::decode(reader) } else { white::decode(reader) };
        let part = usize::from(part.ok_or(Stop::NoCode)?);
        sum += part;
        if part < 64 {
            return Ok(sum);
        }
        if sum > 1 << 20 {
            return Err(Stop::NoCode);
        }
    }
}

/// Where the colour changes in a line that is coded by itself; it begins with white.
fn alone(reader: &mut impl BitReader, width: usize) -> Result<Vec<usize>, Stop> {
    let (mut changes, mut at, mut is_black) = (Vec::new(), 0, false);
    while at < width {
        at = (at + run(reader, is_black)?).min(width);
        changes.push(at);
        is_black = !is_black;
    }
    Ok(changes)
}

/// Where the colour changes in a line that is coded by what differs from the one before; none at the end of all lines.
fn differing(reader: &mut impl BitReader, before: &[usize], width: usize) -> Result<Option<Vec<usize>>, Stop> {
    let (mut changes, mut at, mut is_black): (Vec<usize>, usize, bool) = (Vec::new(), 0, false);
    let mut begun = false;
    while at < width {
        // b1 and b2 of T.4: the next change in the line before to the other colour, and the one behind it.
        let first = usize::from(is_black);
        let mut next = first;
        while before.get(next).is_some_and(|change| *change < at || (*change == at && begun)) {
            next += 2;
        }
        let (b1, b2) = (before.get(next).copied().unwrap_or(width), before.get(next + 1).copied().unwrap_or(width));
        match mode::decode(reader).ok_or(Stop::NoCode)? {
            Mode::Pass => at = b2,
            Mode::Vertical(by) => {
                let to = b1.checked_add_signed(isize::from(by)).filter(|to| *to >= at && *to <= width);
                at = to.ok_or(Stop::NoCode)?;
                changes.push(at);
                is_black = !is_black;
            }
            Mode::Horizontal => {
                for color in [is_black, !is_black] {
                    at = (at + run(reader, color)?).min(width);
                    changes.push(at);
                }
            }
            Mode::EOF if !begun => return Ok(None),
            Mode::Extension => return Err(Stop::Uncompressed),
            Mode::EOF => return Err(Stop::NoCode),
        }
        begun = true;
    }
    Ok(Some(changes))
}
