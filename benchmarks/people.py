"""Names as they occur: few of them often, many of them seldom, some with accents."""

from random import Random

FIRST = (
    "Anna Ben Chloe Daniel Emma Finn Grace Henry Isla Jack Katie Leo Maria Noah Olivia Peter Ruby Sam Thea "
    "Will Amelia Adam Beatrice Callum Daisy Edward Freya George Hannah Imran Jessica Kieran Lily Mohammed Nora "
    "Oscar Poppy Rhys Sophie Thomas Una Victor Wendy Yusuf Zoë Aisha Arjun Bronwen Cillian Dilys Eszter Fatima "
    "Gareth Harpreet Ingrid Jürgen Kofi Ludmila Mateusz Niamh Olu Priya Quentin Rosalind Søren Tamsin Uma Vikram "
    "Winifred Xavier Yvonne Zuzanna Martin Margaret Mark Matthew Mary Marcus Johanna John Jonathan Joanna Stephen"
)
LAST = (
    "Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White "
    "Roberts Green Hall Wood Jackson Clarke Khan Ali Singh Hughes Edwards Lewis Harris Martin Cooper Hill Ward "
    "Turner Moore Morris Baker King Carter Shaw Campbell Mitchell Allen Bell Murphy Cook Scott Begum Hussain Kaur "
    "Ahmed Phillips Parker Bennett Price Miller Davis Cox Marshall Young Anderson Murray Simpson Gray Ellis Kelly "
    "Chapman Mason Fox Webb Rogers Holmes Mills Palmer Knight Lloyd Butler Barker Stevens Pearson Fisher Dixon "
    "Harvey Fletcher Hunt Nowak Kowalski Müller Schmidt Fernández O’Connor O’Brien MacDonald Adeyemi Okafor Mensah "
    "Nguyen Chen Wang Rossi Ferrari Dubois Moreau Søndergaard Lindqvist Virtanen Yilmaz Öztürk Haddad Cohen Hart"
)


def names(count: int) -> list[tuple[str, str]]:
    """First and last names, the same ones each time."""
    random = Random(20)
    firsts, lasts = FIRST.split(), LAST.split()
    return list(
        zip(
            random.choices(firsts, _weights(firsts), k=count),
            random.choices(lasts, _weights(lasts), k=count),
            strict=True,
        )
    )


def _weights(words: list[str]) -> list[float]:
    """The first the most often, and each next one less."""
    return [1 / (rank + 8) for rank in range(len(words))]
