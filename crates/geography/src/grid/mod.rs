//! The British National Grid (EPSG:27700) and longitude and latitude (ETRS89, which WGS 84 follows within a metre).
//!
//! The step between the two is OSTN15, the definition of the grid itself (Ordnance Survey, "A guide to coordinate systems in
//! Great Britain", section 6.4), from the crate `lonlat_bng`. A seven-parameter shift alone would be off by up to five metres.

use enough_kernel::LonLat;

/// A point on the British National Grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GridPoint {
    /// Metres east of the false origin.
    pub easting: f64,
    /// Metres north of the false origin.
    pub northing: f64,
}

/// Eastings and northings of Great Britain in metres, from St Kilda to Lowestoft and from Scilly to Shetland, with a few kilometres around.
const EASTINGS: std::ops::RangeInclusive<f64> = 5_000.0..=660_000.0;
const NORTHINGS: std::ops::RangeInclusive<f64> = 5_000.0..=1_225_000.0;

/// The degrees of the same box; between them lie parts of Ireland and France too.
const LONGITUDES: std::ops::RangeInclusive<f64> = -8.8..=2.0;
const LATITUDES: std::ops::RangeInclusive<f64> = 49.8..=61.0;

/// Whether two numbers are degrees about Great Britain: what a shape of many points is asked, as it is quick.
pub(crate) fn are_degrees(longitude: f64, latitude: f64) -> bool {
    LONGITUDES.contains(&longitude) && LATITUDES.contains(&latitude)
}

/// Why two numbers are no point here.
pub const NOT_IN_BRITAIN: &str =
    "the point is not in Great Britain, neither in metres of the National Grid nor in degrees";

impl GridPoint {
    /// The point that two numbers of a table stand for, whatever its headings say: easting and northing in metres, or longitude and latitude
    /// in degrees. No numbers are both, so that they cannot be taken for each other; `None` when they are neither in Great Britain.
    ///
    /// ```
    /// use enough_geography::GridPoint;
    /// let near = |a: GridPoint, b: GridPoint| (a.easting - b.easting).hypot(a.northing - b.northing) < 100.0;
    /// let [metres, degrees] = [(384_000.0, 398_000.0), (-2.2426, 53.4785)].map(|(x, y)| GridPoint::of(x, y).unwrap());
    /// assert!(near(metres, degrees));
    /// for (x, y) in [(0.0, 0.0), (9_999_999.0, 0.0), (53.4785, -2.2426), (13.4, 52.5), (f64::NAN, 1.0)] {
    ///     assert!(GridPoint::of(x, y).is_none());
    /// }
    /// ```
    pub fn of(x: f64, y: f64) -> Option<Self> {
        let metres = Self { easting: x, northing: y };
        if metres.is_in_britain() {
            return Some(metres);
        }
        let degrees = are_degrees(x, y).then_some(LonLat { longitude: x, latitude: y })?;
        Self::at(degrees).filter(|point| point.is_in_britain())
    }

    fn is_in_britain(self) -> bool {
        EASTINGS.contains(&self.easting) && NORTHINGS.contains(&self.northing)
    }

    /// The point of the grid at these degrees; `None` outside Great Britain.
    pub fn at(degrees: LonLat) -> Option<Self> {
        let (easting, northing) = lonlat_bng::convert_osgb36(degrees.longitude, degrees.latitude).ok()?;
        (easting.is_finite() && northing.is_finite()).then_some(Self { easting, northing })
    }

    /// The same point in degrees; `None` outside Great Britain, where the grid is not defined.
    ///
    /// ```
    /// use enough_geography::GridPoint;
    /// // OS test point TP31 of the OSTN15 developer pack: Caister water tower.
    /// let tower = GridPoint { easting: 651_409.804, northing: 313_177.450 };
    /// let degrees = tower.degrees().unwrap();
    /// assert!((degrees.longitude - 1.716_073_973).abs() < 1e-6 && (degrees.latitude - 52.658_007_833).abs() < 1e-6);
    /// ```
    pub fn degrees(self) -> Option<LonLat> {
        let (longitude, latitude) = lonlat_bng::convert_osgb36_to_ll(self.easting, self.northing).ok()?;
        (longitude.is_finite() && latitude.is_finite()).then_some(LonLat { longitude, latitude })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_is_the_same_place_to_a_centimetre() {
        for (easting, northing) in [(384_000.0, 398_000.0), (449_700.0, 89_100.0), (530_000.0, 180_000.0)] {
            let back = GridPoint { easting, northing }.degrees().and_then(GridPoint::at).unwrap();
            assert!((back.easting - easting).hypot(back.northing - northing) < 0.01, "{back:?}");
        }
    }

    #[test]
    fn test_points_of_the_ordnance_survey_are_met_to_a_centimetre() {
        // OSTN15 developer pack, test points TP01 to TP10: easting, northing, latitude, longitude (ETRS89).
        for (easting, northing, latitude, longitude) in [
            (91_492.146, 11_318.804, 49.922_263_937_30, -6.299_777_520_14),
            (170_370.718, 11_572.405, 49.960_061_378_20, -5.203_046_099_98),
            (250_359.811, 62_016.569, 50.438_858_256_10, -4.108_645_635_61),
            (449_816.371, 75_335.861, 50.575_636_650_00, -1.297_822_772_40),
            (438_710.920, 114_792.250, 50.931_279_379_10, -1.450_514_337_00),
            (292_184.870, 168_003.465, 51.400_782_201_40, -3.551_283_492_40),
            (639_821.835, 169_565.858, 51.374_470_255_50, 1.444_547_304_09),
            (362_269.991, 169_978.690, 51.427_547_430_20, -2.544_076_183_49),
            (530_624.974, 178_388.464, 51.489_365_649_50, -0.119_925_571_80),
            (241_124.584, 220_332.641, 51.858_908_964_00, -4.308_524_769_60),
        ] {
            let found = GridPoint::at(LonLat { longitude, latitude }).unwrap();
            let off = (found.easting - easting).hypot(found.northing - northing);
            assert!(off < 0.01, "{easting} {northing} is {off} m off");
        }
    }

    #[test]
    fn places_outside_great_britain_have_no_grid_point() {
        assert_eq!(GridPoint::at(LonLat { longitude: 13.4, latitude: 52.5 }), None);
    }
}
