# Texts of assess.
