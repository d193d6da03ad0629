"""From POST to COMPLETED on real repositories, with memory and where the time went."""
