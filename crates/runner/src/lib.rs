//! Carries a recovery plan out: journal before effect, time every step, clean up
