//! The known word that a misspelt one most likely means.

/// Known words, in order, each once.
#[derive(Debug)]
pub(crate) struct Known<'k> {
    /// A word, and how many characters it shares with the one before from its beginning.
    words: Vec<(&'k str, usize)>,
}

impl<'k> Known<'k> {
    pub(crate) fn new(words: impl Iterator<Item = &'k str>) -> Known<'k> {
        let mut all: Vec<&str> = words.collect();
        all.sort_unstable();
        all.dedup();
        let mut before = "";
        let shared = |word: &'k str| {
            let shared = word.chars().zip(before.chars()).take_while(|(a, b)| a == b).count();
            before = word;
            (word, shared)
        };
        Known { words: all.into_iter().map(shared).collect() }
    }

    /// The word most like `text`, if one is near: by the number of characters to be put in, taken out, replaced or
    /// exchanged with their neighbour (Damerau and Levenshtein). Of equally near ones the first.
    ///
    /// Words with the same beginning share the rows of their tables, and where a beginning is already too far, all
    /// words with it are passed over: a plan may have a thousand misspelt ids and a hundred thousand known ones.
    pub(crate) fn nearest(&self, text: &str) -> Option<&'k str> {
        let mut table = Table::new(text);
        let mut limit = (table.text.len() / 3).max(1) + 1;
        let mut best = None;
        let mut words = self.words.iter().peekable();
        while let Some((word, shared)) = words.next() {
            match table.distance(word, *shared, limit) {
                Ok(distance) if distance <= limit => {
                    best = Some(*word);
                    // Whatever comes later has to be nearer; nothing is nearer than 0.
                    let Some(nearer) = distance.checked_sub(1) else { break };
                    limit = nearer;
                }
                Ok(_) => {}
                Err(dead) => while words.next_if(|(_, shared)| *shared >= dead).is_some() {},
            }
        }
        best
    }
}

/// Distances from every beginning of the known word, row by row, to every beginning of the text.
struct Table {
    text: Vec<char>,
    /// The known word so far: a row for each of its characters, after the row for nothing.
    word: Vec<char>,
    rows: Vec<Row>,
}

struct Row {
    distances: Vec<usize>,
    /// No word that goes on from here is nearer than this.
    least: usize,
}

impl Table {
    fn new(text: &str) -> Table {
        let text: Vec<char> = text.chars().collect();
        let first = Row { distances: (0..=text.len()).collect(), least: 0 };
        Table { text, word: Vec::new(), rows: vec![first] }
    }

    /// The distance of a word that shares its first characters with the one before; or the number of first characters
    /// that put it beyond the limit, whatever follows.
    fn distance(&mut self, word: &str, shared: usize, limit: usize) -> Result<usize, usize> {
        // The one before may have been given up earlier than where they part.
        let kept = shared.min(self.word.len());
        self.word.truncate(kept);
        self.rows.truncate(kept + 1);
        for c in word.chars().skip(kept) {
            self.add(c);
            if self.rows[self.word.len()].least > limit {
                return Err(self.word.len());
            }
        }
        Ok(self.rows[self.word.len()].distances[self.text.len()])
    }

    /// The row after one more character of the word.
    fn add(&mut self, c: char) {
        let (above, line) = (&self.rows[self.word.len()], self.word.len() + 1);
        let mut row = Vec::with_capacity(self.text.len() + 1);
        row.push(line);
        // Column of the last character of the text that is this one.
        let mut same = 0;
        for (at, own) in self.text.iter().enumerate() {
            let replaced = above.distances[at] + usize::from(*own != c);
            let changed = replaced.min(above.distances[at + 1] + 1).min(row[at] + 1);
            row.push(changed.min(self.exchanged(line, at + 1, same).unwrap_or(usize::MAX)));
            if *own == c {
                same = at + 1;
            }
        }
        // Later rows follow from this one, or, by an exchange, from an earlier one at the price of what lies between.
        let least = row.iter().copied().min().unwrap_or(0).min(above.least + 1);
        self.rows.push(Row { distances: row, least });
        self.word.push(c);
    }

    /// The distance if the character of this line is exchanged with the text's character of this column, with what lies
    /// between them put in or taken out.
    fn exchanged(&self, line: usize, column: usize, same: usize) -> Option<usize> {
        let other = self.text[column - 1];
        let last = self.word.iter().rposition(|c| *c == other)? + 1;
        let before = self.rows[last - 1].distances.get(same.checked_sub(1)?)?;
        Some(before + (line - last - 1) + 1 + (column - same - 1))
    }
}

/// The word of a few that is most like `text`, if one is near.
pub fn nearest<'k>(text: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    Known::new(known).nearest(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By the definition, one word after the other.
    fn slowly<'k>(text: &str, known: &[&'k str]) -> Option<&'k str> {
        let limit = (text.chars().count() / 3).max(1) + 1;
        let scored = known.iter().map(|word| (strsim::damerau_levenshtein(text, word), *word));
        scored.filter(|(distance, _)| *distance <= limit).min().map(|(_, word)| word)
    }

    proptest! {
        #[test]
        fn it_is_the_nearest_of_all(text in "[a-c町]{0,9}", known in prop::collection::vec("[a-c町]{0,9}", 0..40)) {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            prop_assert_eq!(nearest(&text, known.iter().copied()), slowly(&text, &known));
        }

        #[test]
        fn ids_that_are_much_alike(text in "(srv|lan)-0[0-2]{3}", known in prop::collection::vec("(srv|lan|vault)-0[0-2]{3}", 0..60)) {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            prop_assert_eq!(nearest(&text, known.iter().copied()), slowly(&text, &known));
        }
    }
}
