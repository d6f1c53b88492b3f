//! The normal distribution: what ties the outages of one region to each other.

/// Chance of a value up to `x`. Hart's approximation as given by West 2005, "Better approximations to cumulative normal
/// functions"; errors below 1e-14.
pub(super) fn cumulative(x: f64) -> f64 {
    let size = x.abs();
    let tail = if size > 37.0 { 0.0 } else { (-size * size / 2.0).exp() * ratio(size) };
    if x > 0.0 { 1.0 - tail } else { tail }
}

/// The tail beyond `x`, over exp(-x²/2).
fn ratio(x: f64) -> f64 {
    const ABOVE: [f64; 7] = [
        3.526_249_659_989_11e-2,
        0.700_383_064_443_688,
        6.373_962_203_531_65,
        33.912_866_078_383,
        112.079_291_497_871,
        221.213_596_169_931,
        220.206_867_912_376,
    ];
    const BELOW: [f64; 8] = [
        8.838_834_764_831_84e-2,
        1.755_667_163_182_64,
        16.064_177_579_207,
        86.780_732_202_946_1,
        296.564_248_779_674,
        637.333_633_378_831,
        793.826_512_519_948,
        440.413_735_824_752,
    ];
    if x < 7.071_067_811_865_47 {
        return polynomial(&ABOVE, x) / polynomial(&BELOW, x);
    }
    let fraction = [4.0, 3.0, 2.0, 1.0].into_iter().fold(x + 0.65, |below, above| x + above / below);
    1.0 / fraction / 2.506_628_274_631
}

/// The value below which a share `p` lies, 0 < p < 1. Wichura 1988, "Algorithm AS 241", PPND16; relative error about
/// 1e-16.
pub(super) fn quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(&MIDDLE[0], r) / polynomial(&MIDDLE[1], r);
    }
    let r = (-p.min(1.0 - p).ln()).sqrt();
    let (shares, r) = if r <= 5.0 { (&TAIL, r - 1.6) } else { (&END, r - 5.0) };
    (polynomial(&shares[0], r) / polynomial(&shares[1], r)).copysign(q)
}

/// Coefficients from the highest power down.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}

const MIDDLE: [[f64; 8]; 2] = [
    [
        2.509_080_928_730_122_7e3,
        3.343_057_558_358_813e4,
        6.726_577_092_700_87e4,
        4.592_195_393_154_987e4,
        1.373_169_376_550_946e4,
        1.971_590_950_306_551_3e3,
        1.331_416_678_917_843_8e2,
        3.387_132_872_796_366_5,
    ],
    [
        5.226_495_278_852_854e3,
        2.872_908_573_572_194_3e4,
        3.930_789_580_009_271e4,
        2.121_379_430_158_659_7e4,
        5.394_196_021_424_751e3,
        6.871_870_074_920_579e2,
        4.231_333_070_160_091e1,
        1.0,
    ],
];
const TAIL: [[f64; 8]; 2] = [
    [
        7.745_450_142_783_414e-4,
        2.272_384_498_926_918_4e-2,
        2.417_807_251_774_506e-1,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        1.519_866_656_361_645_7e-2,
        1.481_039_764_274_800_8e-1,
        6.897_673_349_851e-1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
];
const END: [[f64; 8]; 2] = [
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        1.242_660_947_388_078_4e-3,
        2.653_218_952_657_612_4e-2,
        2.965_605_718_285_048_7e-1,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        1.487_536_129_085_061_5e-2,
        1.369_298_809_227_358e-1,
        5.998_322_065_558_88e-1,
        1.0,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_those_of_the_tables() {
        // Quantiles to 16 digits, from R's qnorm.
        let known = [
            (0.975, 1.959_963_984_540_054),
            (0.9, 1.281_551_565_544_600_4),
            (0.01, -2.326_347_874_040_840_8),
            (1e-12, -7.034_483_825_301_131),
        ];
        for (p, x) in known {
            assert!((quantile(p) - x).abs() < 1e-13, "{p}: {}", quantile(p));
            assert!((cumulative(x) - p).abs() < 1e-14, "{x}: {}", cumulative(x));
        }
        assert_eq!(quantile(0.5), 0.0);
    }

    #[test]
    fn each_undoes_the_other() {
        for n in 1..100_000 {
            let p = f64::from(n) / 1e5;
            assert!((cumulative(quantile(p)) - p).abs() < 1e-13, "{p}");
        }
    }

    #[test]
    fn far_out_nothing_is_left() {
        assert_eq!((cumulative(-40.0), cumulative(40.0)), (0.0, 1.0));
        assert!(cumulative(-10.0) > 0.0 && cumulative(-10.0) < 1e-22);
    }
}
