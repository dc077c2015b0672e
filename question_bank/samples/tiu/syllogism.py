"""What a syllogism is, and the proof that its key alone follows."""

from dataclasses import dataclass
from itertools import product

from question_bank.samples.tiu.entailment import Claim, follows

Said = tuple[str, Claim]


@dataclass(frozen=True, slots=True, kw_only=True)
class Syllogism:
    """Premises, the conclusion that follows from them, and others that do not.

    Without a claim the conclusion says that nothing certain links the two classes.
    """

    difficulty: str
    premises: tuple[Said, ...]
    conclusion: tuple[str, Claim | tuple[str, str]]
    others: tuple[Said, ...]
    explanation: str


def check(syllogism: Syllogism) -> None:
    """Assert that the key alone follows, whether or not every class is taken to have members."""
    premises = [claim for _, claim in syllogism.premises]
    claim = syllogism.conclusion[1]
    if isinstance(claim, Claim):
        assert follows(premises, claim), syllogism.conclusion
        denied: list[Claim] = []
    else:
        ends = (claim, claim[::-1])
        quantifiers = ("all", "no", "some", "not all")
        denied = [Claim(each, *pair) for each, pair in product(quantifiers, ends)]
    for other in [*denied, *(claim for _, claim in syllogism.others)]:
        assert not follows(premises, other, classes_have_members=True), other
