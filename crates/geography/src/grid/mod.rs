//! The British National Grid (EPSG:27700) and longitude and latitude (ETRS89, which WGS 84 follows within a metre).
//!
//! The step between the two is OSTN15, the definition of the grid itself (Ordnance Survey, "A guide to coordinate systems in
//! Great Britain", section 6.4), from the crate `lonlat_bng`. A seven-parameter shift alone would be off by up to five metres.

/// A point on the British National Grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GridPoint {
    /// Metres east of the false origin.
    pub easting: f64,
    /// Metres north of the false origin.
    pub northing: f64,
}

/// A point in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LonLat {
    /// Degrees east of Greenwich.
    pub longitude: f64,
    /// Degrees north of the equator.
    pub latitude: f64,
}

impl GridPoint {
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

impl LonLat {
    /// The same point on the grid; `None` outside Great Britain.
    pub fn grid(self) -> Option<GridPoint> {
        let (easting, northing) = lonlat_bng::convert_osgb36(self.longitude, self.latitude).ok()?;
        (easting.is_finite() && northing.is_finite()).then_some(GridPoint { easting, northing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_is_the_same_place_to_a_centimetre() {
        for (easting, northing) in [(384_000.0, 398_000.0), (449_700.0, 89_100.0), (530_000.0, 180_000.0)] {
            let back = GridPoint { easting, northing }.degrees().and_then(LonLat::grid).unwrap();
            assert!((back.easting - easting).hypot(back.northing - northing) < 0.01, "{back:?}");
        }
    }

    #[test]
    fn places_outside_great_britain_have_no_grid_point() {
        assert_eq!(LonLat { longitude: 13.4, latitude: 52.5 }.grid(), None);
    }
}
