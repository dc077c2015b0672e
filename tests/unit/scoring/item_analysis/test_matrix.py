"""Files of responses as the world writes them: read alike, or refused with line and column."""

import numpy as np
import pytest

from scoring.item_analysis.key import read_key
from scoring.item_analysis.matrix import Layout, Matrix, marked, points_of, read_matrix
from scoring.text_table import BadTable

PLAIN = "peserta,Butir é 1,b2,jk\na,1,0.5,L\nb,,2,P\n"
LAYOUT = Layout(person="peserta", beside=["jk"])


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.rstrip("\n"),
        PLAIN.replace(",", ";").replace("0.5", "0,5"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace("0.5", '"0,5"'),
        '"peserta","Butir é 1","b2","jk"\n"a","1","0.5","L"\n"b",NA,"2.0","P"\n',
        PLAIN.replace("\nb", "\n\nb"),
        PLAIN.replace("a,1,", "a, 1.00 ,"),
    ],
)
def test_every_way_of_writing_a_file_is_read_alike(text: str) -> None:
    matrix = read_matrix(text, LAYOUT)

    assert (["a", "b"], ["Butir é 1", "b2"]) == (matrix.people, matrix.items)
    assert {"jk": ["L", "P"]} == matrix.beside
    np.testing.assert_array_equal([[1, 0.5], [np.nan, 2]], points_of(matrix))


@pytest.mark.parametrize(
    ("text", "layout", "said"),
    [
        ("", Layout(), "the file is empty"),
        ("a,b\n", Layout(), "no people below the heading"),
        ("a,b,a\n1,2,3\n", Layout(), "line 1: the column 'a' stands 2 times"),
        ("a,,b\n1,2,3\n", Layout(), "line 1: column 2 has no name"),
        ("a,b\n1,2\n1\n", Layout(), "line 3: 1 cells where the heading has 2"),
        ("a,b\n1,2\n1,2,3\n", Layout(), "line 3: 3 cells where the heading has 2"),
        ('a,b\n1,"2\n', Layout(), "line 2: not CSV"),
        ("a" * 200_000 + ",b\n1,0\n", Layout(), "line 1: not CSV: field larger"),
        ("a,b\n1," + "9" * 200_000, Layout(), "line 2: not CSV: field larger"),
        ("id,b\nx,2\ny,1\nx,0\n", Layout(person="id"), "line 4: x stands twice, first in line 2"),
        ("id,b\n,2\n", Layout(person="id"), "line 2, column id: nobody is named"),
        ("id,b\nx,2\n", Layout(person="no"), "there is no column 'no'; there are id, b"),
        ("id,b\nx,2\n", Layout(items=["a..b"]), "there is no column 'a'"),
        ("a,b\n1,2\n", Layout(items=["b..a"]), "b stands after a"),
        ("a,b\n1,2\n", Layout(items=["a"], skipped=["a"]), "named as an item and as something"),
        ("a\n1\n", Layout(person="a"), "no column is left"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(text: str, layout: Layout, said: str) -> None:
    with pytest.raises(BadTable) as refused:
        read_matrix(text, layout)

    assert said in str(refused.value)


def test_a_cell_that_is_no_number_is_named_once_for_its_column() -> None:
    matrix = read_matrix("a,b\n1,x\n2,1e999\n3,1\n")

    with pytest.raises(BadTable) as refused:
        points_of(matrix)

    first, advice = refused.value.problems
    assert "line 2, column b: 'x' is no number of points (and 1 cells more)" == first
    assert "--person" in advice


def test_a_number_for_missing_is_not_known_in_whatever_way_it_is_written() -> None:
    matrix = read_matrix("a,b\n9,1\n9.0,0\n1,99\n", Layout(missing=["9", "99"]))

    np.testing.assert_array_equal([[np.nan, 1], [np.nan, 0], [1, np.nan]], points_of(matrix))


def chosen() -> Matrix:
    return read_matrix("q1,q2\n1.0,B\n2.0,C\n,b\n")


@pytest.mark.parametrize(
    "text",
    [
        '{"key": [1, ["B", "C"]]}',
        '[" 1", "B|C"]',
        '{"q2": "B|C", "q1": "1"}',
        "item,key\nq1,1\nq2,B|C\n",
        "\ufeffkey;item\r\nB|C;q2\r\n1;q1\r\n",
    ],
)
def test_a_key_may_be_a_list_or_name_its_items(text: str) -> None:
    matrix = chosen()

    key = read_key(text, matrix.items)

    np.testing.assert_array_equal([[1, 1], [0, 1], [np.nan, 0]], marked(matrix, key))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1]", "the key is of 1 items, the file has 2 columns of items (q1, q2, …)"),
        ('{"q1": 1}', "no entry for the item q2"),
        ('{"q1": 1, "q2": 2, "q3": 3}', "no column of an item q3"),
        ("[1, null]", "the entry of q2 is no response"),
        ("[1, []]", "the entry of q2 is no response"),
        ("[1, true]", "the entry of q2 is no response"),
        ("[1,", "not JSON"),
        ("q1,q2\n1,2\n", "a CSV key has the columns item and key"),
        ("item,key\nq1,1\nq1,2\n", "key, line 3: q1 stands twice"),
        ("item,key\nq1\n", "key, line 2: 1 cells"),
        ("", "a CSV key has the columns item and key"),
    ],
)
def test_a_key_that_does_not_fit_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadTable) as refused:
        read_key(text, chosen().items)

    assert said in str(refused.value)
