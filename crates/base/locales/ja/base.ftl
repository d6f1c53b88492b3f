# Texts of base.

base-span-sample = { $span }
