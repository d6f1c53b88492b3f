//! What a plan means, after reading. The spelling is `read`'s business; here every value is typed and every id is
//! known to exist, or the plan carries an error diagnostic.

mod data;
mod fact;
mod hours;
mod objective;
mod people;
mod places;
mod plan;
mod scenario;
mod service;
mod way;

pub use data::*;
pub use fact::*;
pub(crate) use hours::{DAYS, moment};
pub use hours::{Hours, hour_of_week};
pub use objective::*;
pub use people::*;
pub use places::*;
pub use plan::*;
pub use scenario::*;
pub use service::*;
pub use way::*;
