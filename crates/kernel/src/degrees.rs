//! A point on the earth, and short distances between such points.

use crate::Metres;

/// A point in degrees (ETRS89, which WGS 84 follows within a metre).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LonLat {
    /// Degrees east of Greenwich.
    pub longitude: f64,
    /// Degrees north of the equator.
    pub latitude: f64,
}

/// Semi-major axis of the WGS 84 ellipsoid, in metres, and the square of its first eccentricity (NIMA TR8350.2).
const SEMI_MAJOR: f64 = 6_378_137.0;
const ECCENTRICITY_SQUARED: f64 = 6.694_379_990_14e-3;

impl LonLat {
    /// Whether the numbers are degrees at all.
    pub fn is_on_earth(self) -> bool {
        self.longitude.abs() <= 180.0 && self.latitude.abs() <= 90.0
    }

    /// Metres of one degree of longitude and of one degree of latitude here, on the WGS 84 ellipsoid.
    pub fn metres_per_degree(self) -> (f64, f64) {
        let (sine, cosine) = self.latitude.to_radians().sin_cos();
        let root = (1.0 - ECCENTRICITY_SQUARED * sine * sine).sqrt();
        let east = SEMI_MAJOR / root * cosine;
        let north = SEMI_MAJOR * (1.0 - ECCENTRICITY_SQUARED) / (root * root * root);
        (east.to_radians(), north.to_radians())
    }

    /// Length of the straight line to a point not far away, by the two radii of curvature at the middle latitude: off by at most
    /// two parts in a million within 10 kilometres (tested against geodesics).
    ///
    /// ```
    /// use enough_kernel::LonLat;
    /// let newport = LonLat { longitude: -1.2943, latitude: 50.7010 };
    /// let carisbrooke = LonLat { longitude: -1.3131, latitude: 50.6914 };
    /// assert_eq!(newport.to(carisbrooke).get().round(), 1704.0);
    /// ```
    pub fn to(self, other: Self) -> Metres {
        let middle = Self { latitude: f64::midpoint(self.latitude, other.latitude), ..self };
        let (east, north) = middle.metres_per_degree();
        let x = (other.longitude - self.longitude) * east;
        let y = (other.latitude - self.latitude) * north;
        Metres::new(x.hypot(y))
    }
}
