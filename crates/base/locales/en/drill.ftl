# Texts of drill.
