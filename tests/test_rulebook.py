"""The loader refuses every drift between a rule file and its check, and names file and field."""

from __future__ import annotations

from typing import Any

import pytest

from ita_doctor.model.artifact import FAULTS, Reason
from ita_doctor.model.rule import BadRule, Severity
from ita_doctor.rulebook import Source, as_table, from_table, load, read_reasons, read_rule

GOOD = """\
id = "ITA-RND-901"
title = "The random file is long enough"
severity = "warning"
check = "seed.long_enough"
needs = ["seed"]
platforms = ["any"]
step = 3
since = "0.1.0"
gates = false
why = "A site wants more."
by_hand = "Make it anew."
references = []

[say.short]
message = "{where}: {size} bytes, wanted {least} or more"
do = "Make it anew with openssl rand."
commands = ["openssl rand -out {where} 8192"]

[params]
least = 4096
"""


def source(text: str = GOOD, name: str = "site/ITA-RND-901.toml") -> Source:
    """A rule file."""
    return Source(name, text.encode())


def test_a_good_rule_is_read() -> None:
    """All that the file says is in the rule."""
    rule = read_rule(source())

    assert ("ITA-RND-901", "RND", Severity.WARNING, ("seed",), 3) == (rule.id, rule.family, rule.severity, rule.needs, rule.step)
    assert {"least": 4096} == rule.params
    assert "{where}: {size} bytes, wanted {least} or more" == rule.say["short"].message


DRIFTS = [
    ("another file name", GOOD, "site/ITA-RND-902.toml", "id: ITA-RND-901 is not the file's name"),
    ("unknown field", GOOD + "\n[extra]\n", None, "extra: unknown field"),
    ("missing field", GOOD.replace('title = "The random file is long enough"\n', ""), None, "title: missing"),
    ("wrong type", GOOD.replace("step = 3", 'step = "3"'), None, "step: '3' is not a int"),
    ("unknown severity", GOOD.replace('"warning"', '"bad"'), None, "severity: 'bad' is none of"),
    ("unknown check", GOOD.replace("seed.long_enough", "seed.long"), None, "check: there is none called seed.long"),
    ("unknown need", GOOD.replace('["seed"]', '["sead"]'), None, "needs: 'sead' is none of"),
    ("unknown platform", GOOD.replace('["any"]', '["vms"]'), None, "platforms: 'vms' is none of"),
    ("no such step", GOOD.replace("step = 3", "step = 20"), None, "step: 20 is not one of 1 to 19"),
    ("template text", GOOD.replace("A site wants more.", "TEMPLATE"), None, "why: nothing is said"),
    ("empty text", GOOD.replace("A site wants more.", " "), None, "why: nothing is said"),
    ("unknown parameter", GOOD + "most = 1\n", None, "params.most: seed.long_enough takes no such parameter"),
    ("missing parameter", GOOD.replace("least = 4096\n", ""), None, "params.least: seed.long_enough wants it"),
    ("parameter of another type", GOOD.replace("4096", '"4096"'), None, "params.least: '4096' is not a int"),
    ("parameter that is a bool", GOOD.replace("4096", "true"), None, "params.least: True is not a int"),
    ("variant that is never said", GOOD + '[say.long]\nmessage = "x"\ndo = "y"\n', None, "say.long: seed.long_enough never says that"),
    ("variant without words", GOOD.replace("[say.short]", "[say.shor]"), None, "say.shor: seed.long_enough never says that"),
    ("placeholder that the check never gives", GOOD.replace("{size}", "{sise}"), None, "say.short.message: {sise} is none of"),
    ("placeholder in a command", GOOD.replace("rand -out {where}", "rand -out {there}"), None, "say.short.commands: {there} is none of"),
    ("brace that is not closed", GOOD.replace("{size}", "{size"), None, "say.short.message: "),
    ("placeholder with a format", GOOD.replace("{size}", "{size:d}"), None, "say.short.message: {size} is none of"),
    ("attribute of a value", GOOD.replace("{size}", "{size.real}"), None, "say.short.message: {size.real} is none of"),
    ("unknown field of a variant", GOOD.replace("do =", "todo ="), None, "say.short.todo: unknown field"),
    ("severity of a variant", GOOD.replace("do =", 'severity = "x"\ndo ='), None, "say.short.severity: 'x' is none of"),
    ("id of no family", GOOD.replace("RND", "XYZ"), "site/ITA-XYZ-901.toml", "id: 'ITA-XYZ-901' is not ITA-<FAMILY>-<NNN>"),
    ("not TOML", "id = ", None, "not TOML"),
    ("not UTF-8", "id = '\udcff'", None, "not TOML"),
]


@pytest.mark.parametrize(("text", "name", "said"), [drift[1:] for drift in DRIFTS], ids=[drift[0] for drift in DRIFTS])
def test_drift_is_refused(text: str, name: Any, said: str) -> None:
    """Each kind of drift is one BadRule that names file and field."""
    bad = Source(name or "site/ITA-RND-901.toml", text.encode("utf-8", "surrogateescape"))

    with pytest.raises(BadRule) as refused:
        read_rule(bad)

    assert str(refused.value).startswith(bad.name)
    assert said in str(refused.value)


def test_an_id_is_taken_once() -> None:
    """Two rules of one id are refused, wherever they come from."""
    with pytest.raises(BadRule, match="ITA-RND-901 is taken by site/ITA-RND-901"):
        load([source(), source(name="other/ITA-RND-901.toml")])


def test_a_rule_yields_to_one_that_is_there() -> None:
    """A name in yields_to that no rule bears is refused."""
    with pytest.raises(BadRule, match="there is no other rule ITA-RND-999"):
        load([source(GOOD.replace("gates = false", 'gates = false\nyields_to = ["ITA-RND-999"]'))])


def test_reasons_are_complete() -> None:
    """A reason without a sentence, and a sentence without a reason, are refused."""
    texts = {reason.value: "A sentence." for reason in Reason if not reason.is_fault}
    faults = {f"fault:{name}": "words" for name in FAULTS}
    good = "\n".join([*(f'{name} = "{text}"' for name, text in texts.items()), "[fault]", *(f'{name} = "words"' for name in FAULTS)])

    assert {**texts, **faults} == read_reasons(Source("reasons.toml", good.encode()))
    with pytest.raises(BadRule, match="absent: no such reason"):
        read_reasons(Source("reasons.toml", ('absent = "x"\n' + good).encode()))
    with pytest.raises(BadRule, match="offline: no sentence for it"):
        read_reasons(Source("reasons.toml", good.partition("\n")[2].encode()))


def test_a_rule_survives_being_compiled() -> None:
    """The plain values from which the wheel's module is made give the same rule back."""
    rule = read_rule(source())

    assert rule == from_table(as_table(rule), rule.source)
