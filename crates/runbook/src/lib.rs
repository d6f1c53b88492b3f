//! (plan, situation) -> recovery plan: an immutable, checked, printable list of steps
