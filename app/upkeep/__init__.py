"""Work that nobody asks for and everybody needs: the forum's news, people's names, vectors of topics."""
