//! Small numbers as runs and packed groups of eight: the hybrid encoding of levels and dictionary indices.
use crate::export::thrift::varint;

/// The bits that numbers below `count` need.
pub fn width(count: usize) -> u32 {
    usize::BITS - count.saturating_sub(1).leading_zeros()
}

/// Numbers of a width in bits: runs of eight and more equal ones as a run, the others packed in groups of eight.
pub fn encoded(numbers: &[u32], width: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let mut packed: Vec<u32> = Vec::new();
    let mut at = 0;
    while at < numbers.len() {
        let equal = numbers[at..].iter().take_while(|number| **number == numbers[at]).count();
        // A packed group is full before a run may follow.
        let owed = (8 - packed.len() % 8) % 8;
        if equal >= owed + 8 {
            packed.extend(&numbers[at..at + owed]);
            pack(&mut packed, width, &mut out);
            let length = equal - owed;
            varint((length as u64) << 1, &mut out);
            out.extend(&numbers[at].to_le_bytes()[..width.div_ceil(8) as usize]);
            at += equal;
        } else {
            packed.extend(&numbers[at..at + equal]);
            at += equal;
        }
    }
    packed.resize(packed.len().next_multiple_of(8), 0);
    pack(&mut packed, width, &mut out);
    out
}

/// Writes whole groups of eight, and empties them.
fn pack(numbers: &mut Vec<u32>, width: u32, out: &mut Vec<u8>) {
    if numbers.is_empty() {
        return;
    }
    varint((numbers.len() as u64 / 8) << 1 | 1, out);
    let (mut held, mut bits) = (0_u64, 0);
    for number in numbers.drain(..) {
        held |= u64::from(number) << bits;
        bits += width;
        while bits >= 8 {
            out.push(held as u8);
            held >>= 8;
            bits -= 8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The numbers that an encoding holds.
    fn decoded(mut bytes: &[u8], width: u32, count: usize) -> Vec<u32> {
        let mut numbers = Vec::new();
        let varint = |bytes: &mut &[u8]| {
            let (mut number, mut shift) = (0_u64, 0);
            loop {
                let (first, rest) = bytes.split_first().unwrap();
                *bytes = rest;
                number |= u64::from(first & 0x7f) << shift;
                shift += 7;
                if first & 0x80 == 0 {
                    return number;
                }
            }
        };
        while numbers.len() < count {
            let head = varint(&mut bytes);
            if head & 1 == 0 {
                let (own, rest) = bytes.split_at(width.div_ceil(8) as usize);
                let number = own.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte));
                numbers.extend(std::iter::repeat_n(number, (head >> 1) as usize));
                bytes = rest;
            } else {
                let (own, rest) = bytes.split_at((head >> 1) as usize * width as usize);
                let bit = |at: usize| u32::from(own[at / 8] >> (at % 8) & 1);
                let number =
                    |at: usize| (0..width as usize).map(|low| bit(at * width as usize + low) << low).sum::<u32>();
                numbers.extend((0..(head >> 1) as usize * 8).map(number));
                bytes = rest;
            }
        }
        numbers.truncate(count);
        numbers
    }

    #[test]
    fn widths_hold_their_numbers() {
        for (count, bits) in [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (256, 8), (257, 9)] {
            assert_eq!(width(count), bits, "{count}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_read_back(runs in proptest::collection::vec((0..300_u32, 1..30_usize), 0..40)) {
            let numbers: Vec<u32> = runs.iter().flat_map(|(number, times)| std::iter::repeat_n(*number, *times)).collect();
            prop_assert_eq!(decoded(&encoded(&numbers, 9), 9, numbers.len()), numbers);
        }
    }
}
