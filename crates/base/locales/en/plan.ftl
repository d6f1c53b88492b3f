# Texts of plan.
