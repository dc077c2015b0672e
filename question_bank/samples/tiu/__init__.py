"""What the TIU sample items are made from; `make_tiu.py` writes them. CC0-1.0."""
