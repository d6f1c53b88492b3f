# Texts of vault.
