"""Exam sessions: sittings, time, the journal and the one road of every change.

Reading order, which is also the way of an answer: commands, sitting (decide), events, writer,
journal, sitting (evolve), views. The engine joins them; followers read the journal behind it.
"""
