//! Polygons in degrees, read from and written as well-known binary (OGC 06-103r4, little-endian).

/// The points of a ring, in degrees.
pub type Ring = Vec<(f64, f64)>;
/// Polygons, each its outline and then its holes.
pub type Polygons = Vec<Vec<Ring>>;

/// The polygons of a multipolygon in well-known binary (OGC 06-103r4, little-endian), each its outline and then its holes; nothing
/// if it is something else.
pub fn polygons(bytes: &[u8]) -> Option<Polygons> {
    struct Bytes<'a>(&'a [u8]);
    impl Bytes<'_> {
        fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
            let (first, rest) = self.0.split_first_chunk::<N>()?;
            self.0 = rest;
            Some(*first)
        }

        fn count(&mut self) -> Option<u32> {
            self.take().map(u32::from_le_bytes)
        }

        fn head(&mut self, kind: u32) -> Option<u32> {
            let little = self.take::<1>()? == [1];
            let same = self.count()? == kind;
            (little && same).then(|| self.count())?
        }

        fn number(&mut self) -> Option<f64> {
            self.take().map(f64::from_le_bytes)
        }
    }
    let mut bytes = Bytes(bytes);
    let mut list = Vec::new();
    for _ in 0..bytes.head(6)? {
        let mut polygon = Vec::new();
        for _ in 0..bytes.head(3)? {
            let points = bytes.count()?;
            polygon.push(
                (0..points).map(|_| Some((bytes.number()?, bytes.number()?))).collect::<Option<Ring>>()?,
            );
        }
        list.push(polygon);
    }
    bytes.0.is_empty().then_some(list)
}

/// Polygons as a multipolygon in well-known binary.
pub fn wkb(polygons: &Polygons) -> Vec<u8> {
    let mut bytes = Vec::new();
    let head = |bytes: &mut Vec<u8>, kind: u32, count: usize| {
        bytes.push(1);
        bytes.extend(kind.to_le_bytes());
        bytes.extend((count as u32).to_le_bytes());
    };
    head(&mut bytes, 6, polygons.len());
    for rings in polygons {
        head(&mut bytes, 3, rings.len());
        for ring in rings {
            bytes.extend((ring.len() as u32).to_le_bytes());
            for (x, y) in ring {
                bytes.extend(x.to_le_bytes());
                bytes.extend(y.to_le_bytes());
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_binary_is_read_to_its_end_or_not_at_all() {
        let mut bytes = vec![1];
        for word in [6_u32, 1] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.push(1);
        for word in [3_u32, 1, 4] {
            bytes.extend(word.to_le_bytes());
        }
        for number in [0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0_f64] {
            bytes.extend(number.to_le_bytes());
        }
        assert_eq!(polygons(&bytes), Some(vec![vec![vec![(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]]]));
        assert_eq!(polygons(&bytes).map(|polygons| wkb(&polygons)), Some(bytes.clone()));
        assert_eq!(polygons(&bytes[..bytes.len() - 1]), None);
        bytes.push(0);
        assert_eq!(polygons(&bytes), None);
    }
}
