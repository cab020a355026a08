"""A corpus as others read it: tables to Parquet, the dataset card, Croissant.

``shapes`` says what the columns are; ``copies``, ``tables``, ``tokens`` and ``pairs`` make the rows;
``parquet`` writes them; ``build`` runs these. ``configs`` lists what stands published;
``card``, ``croissant`` and ``dictionary`` describe it; ``publication`` puts all in place; ``hub`` uploads it.
"""
