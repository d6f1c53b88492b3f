//! Sets of numbers from 0 on, as bits.

use smallvec::{SmallVec, smallvec};

/// A set of events or things by their places in a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Set(SmallVec<[u64; 4]>);

impl Set {
    /// The empty set among `size`.
    pub(crate) fn empty(size: usize) -> Set {
        Set(smallvec![0; size.div_ceil(64)])
    }

    pub(crate) fn of(size: usize, members: impl IntoIterator<Item = usize>) -> Set {
        let mut out = Set::empty(size);
        members.into_iter().for_each(|member| out.insert(member));
        out
    }

    pub(crate) fn insert(&mut self, member: usize) {
        self.0[member / 64] |= 1 << (member % 64);
    }

    pub(crate) fn remove(&mut self, member: usize) {
        self.0[member / 64] &= !(1 << (member % 64));
    }

    pub(crate) fn contains(&self, member: usize) -> bool {
        self.0[member / 64] >> (member % 64) & 1 == 1
    }

    /// The same with more members.
    pub(crate) fn with(&self, members: &[usize]) -> Set {
        let mut out = self.clone();
        members.iter().for_each(|member| out.insert(*member));
        out
    }

    /// Number of members that both have.
    pub(crate) fn shared(&self, other: &Set) -> u32 {
        self.0.iter().zip(&other.0).map(|(a, b)| (a & b).count_ones()).sum()
    }

    /// Whether both have a member in common.
    pub(crate) fn meets(&self, other: &Set) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    /// Whether all of these members are in `other` too.
    pub(crate) fn within(&self, other: &Set) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & !b == 0)
    }

    /// The members that both have.
    pub(crate) fn and(&self, other: &Set) -> Set {
        Set(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    /// The members that `other` has not.
    pub(crate) fn minus(&self, other: &Set) -> Set {
        Set(self.0.iter().zip(&other.0).map(|(a, b)| a & !b).collect())
    }

    /// The only member, if there is one and no other.
    pub(crate) fn only(&self) -> Option<usize> {
        let mut all = self.iter();
        all.next().filter(|_| all.next().is_none())
    }

    /// Members in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(place, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros() as usize;
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    place * 64 + bit
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_beyond_a_word_are_kept_in_order() {
        let set = Set::of(200, [3, 64, 199]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [3, 64, 199]);
        assert_eq!(set.minus(&Set::of(200, [3, 64])).only(), Some(199));
        assert_eq!(set.only(), None);
        assert!(Set::of(200, [64]).within(&set) && !set.within(&Set::of(200, [64])));
        assert_eq!(set.shared(&Set::of(200, [64, 65, 199])), 2);
    }
}
