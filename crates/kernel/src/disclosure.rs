//! Disclosure control: a published count of few children could name one of them.

/// The most that is few: the Department for Education keeps counts of 1 to 5 children in need back ("Children in need: methodology",
/// which marks them `c`). Nobody is shown, so nobody is named, by a count of none.
pub const FEW: u64 = 5;

/// Whether a count of children is kept back where everybody reads.
///
/// ```
/// use enough_kernel::is_few;
/// assert_eq!([0, 1, 5, 6].map(is_few), [false, true, true, false]);
/// ```
pub const fn is_few(count: u64) -> bool {
    count > 0 && count <= FEW
}
