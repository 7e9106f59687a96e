//! Lists by number, end to end in one array: where the list of each number begins.

/// For keys below `count`, in any order, where the entries of each key begin once they are sorted by key; one more at the end.
pub(crate) fn starts(count: usize, keys: impl IntoIterator<Item = u32>) -> Vec<u32> {
    let mut first = vec![0u32; count + 1];
    for key in keys {
        first[key as usize + 1] += 1;
    }
    for key in 0..count {
        first[key + 1] += first[key];
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_begins_after_those_below_it() {
        assert_eq!(starts(3, [2, 0, 2]), [0, 1, 1, 3]);
        assert_eq!(starts(0, []), [0]);
    }
}
