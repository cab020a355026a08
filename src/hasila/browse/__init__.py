"""A static site to read a corpus: pages that need no server and no network.

``text`` lays an article out, ``notes`` says what its annotations hold, ``differences`` compares
two origins, ``claims`` and ``timeline`` draw the figures, ``mentions`` gathers referents and
events, ``search`` makes the index, ``charts`` the images for papers, ``site`` writes the pages.
"""
