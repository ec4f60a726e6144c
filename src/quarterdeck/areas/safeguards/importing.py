"""Taking in a framework file: which kind it is, what it becomes, and how it meets what was imported before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from quarterdeck.areas.safeguards.models import Framework, Requirement, RequirementMapping
from quarterdeck.areas.safeguards.storing import add_many, change_many
from quarterdeck.engines.oscal import (
    Catalogue,
    MappingFile,
    OscalError,
    Profile,
    code_key,
    read,
    read_mapping,
    requirements_of,
    resolve,
    selected_ids,
)
from quarterdeck.engines.oscal.mapping import looks_like_csv
from quarterdeck.engines.oscal.model import MAX_BYTES
from quarterdeck.kernel.actions import Context, Refused
from quarterdeck.kernel.files.models import StoredFile

#: The share of ids that two lists must have in common to be the same framework.
SAME = 0.8
#: A chain of profiles longer than this is one that refers to itself.
DEEPEST = 5


@dataclass
class Taken:
    """What a file became. ``framework`` is what the import is remembered under; ``mapped``: pairs of a mapping file."""

    framework: Framework
    mapped: int | None = None
    known: int = 0
    names: list[str] = field(default_factory=list)


def parsed(data: bytes, name: str) -> Catalogue | Profile | MappingFile:
    """The document, whatever kind it is. Refused, in words for a person, where it is none."""
    try:
        return read_mapping(data, name) if looks_like_csv(data) else read(data)
    except OscalError as error:
        raise Refused(_("%(file)s cannot be imported: %(why)s.") % {"file": name, "why": str(error)}) from None


def content_of(file: StoredFile) -> bytes:
    """The bytes of a stored file, no more than is ever read of a framework."""
    with file.open() as source:
        return source.read(MAX_BYTES + 1)


# --- catalogues and profiles ---------------------------------------------------------------------------------------


def take_catalogue(ctx: Context, found: Catalogue, file: StoredFile) -> Taken:
    """A framework of its own, with a row for each requirement; ids that mapping files brought before become its own."""
    framework = _framework(ctx, found, file, Framework.Kind.CATALOGUE)
    rows = _store(ctx, framework, found, {})
    _adopt(ctx, framework, rows)
    return Taken(framework)


def take_profile(ctx: Context, found: Profile, file: StoredFile, base: Framework | None) -> Taken:
    """The controls it selects of an imported catalogue, each tied to the catalogue's own."""
    base = base or _base_for(found)
    try:
        resolved = resolve(found, [tree_of(base)])
    except OscalError as error:
        raise Refused(_("The profile cannot be resolved: %(why)s.") % {"why": str(error)}) from None
    framework = _framework(ctx, resolved.catalogue, file, Framework.Kind.PROFILE)
    framework.base = base
    framework.missing = ", ".join(resolved.missing)
    origins = {row.identifier: row for row in base.requirements.all()}
    _store(ctx, framework, resolved.catalogue, origins)
    return Taken(framework)


def tree_of(framework: Framework, depth: int = 0) -> Catalogue:
    """The catalogue behind a framework, read again from its source file; a profile's is resolved on the way."""
    if framework.kind == Framework.Kind.IDS:
        raise Refused(_("Of %(framework)s only ids are known; import its catalogue.") % {"framework": framework})
    found = parsed(content_of(framework.file), framework.file.name)
    if isinstance(found, Catalogue):
        return found
    if not isinstance(found, Profile) or framework.base is None or depth > DEEPEST:
        raise Refused(_("The source file of %(framework)s is no catalogue.") % {"framework": framework})
    return resolve(found, [tree_of(framework.base, depth + 1)]).catalogue


def _base_for(found: Profile) -> Framework:
    """The framework in use that has most of the ids that the profile selects."""
    wanted = {code_key(key) for key in selected_ids(found)}
    candidates = Framework.objects.filter(state=Framework.State.ACTIVE).exclude(kind=Framework.Kind.IDS)
    best: tuple[int, int, Framework] | None = None
    for framework in candidates.order_by("pk"):
        if not wanted:
            if framework.kind == Framework.Kind.CATALOGUE:
                best = (0, framework.asking, framework)
            continue
        have = {code_key(key) for key in framework.requirements.values_list("identifier", flat=True)}
        # Of two that have as many, the larger: a catalogue before the baselines made from it.
        score = (len(wanted & have), len(have), framework)
        if score[0] and (best is None or score[:2] > best[:2]):
            best = score
    if best is None:
        sources = [link.rsplit("/", 1)[-1] for one in found.imports for link in one.sources] or [
            one.href for one in found.imports
        ]
        raise Refused(
            _(
                "This is a profile: it selects from a catalogue that is not imported yet (%(source)s). Import that first."
            )
            % {"source": ", ".join(sources[:3])}
        )
    return best[2]


def _framework(ctx: Context, found: Catalogue, file: StoredFile, kind: Framework.Kind) -> Framework:
    return Framework(
        title=found.metadata.title,
        version=found.metadata.version,
        kind=kind,
        oscal_id=found.uuid[:60],
        file=file,
        sha256=file.sha256,
        imported_by=ctx.user,
        imported_on=ctx.at.date(),
    )


def _store(
    ctx: Context, framework: Framework, found: Catalogue, origins: dict[str, Requirement]
) -> dict[str, Requirement]:
    """Write the framework and its rows, level by level, so that each finds its parent's key."""
    told = requirements_of(found)
    rows = {
        one.id: Requirement(
            identifier=one.id,
            code=one.code,
            title=one.title,
            text=one.text,
            kind=one.kind,
            place=place,
            withdrawn=one.withdrawn,
            replaced_by=", ".join(one.replaced_by)[:500],
            origin=origins.get(one.id),
        )
        for place, one in enumerate(told)
    }
    framework.asking = sum(one.asks for one in told)
    framework.withdrawn = sum(one.withdrawn and one.kind in Requirement.ASKING for one in told)
    if not rows:
        raise Refused(_("There is no control in it."))
    ctx.save(framework)
    depth: dict[str, int] = {}
    levels: dict[int, list[Requirement]] = defaultdict(list)
    for one in told:
        depth[one.id] = depth.get(one.parent, -1) + 1
        row = rows[one.id]
        row.framework = framework
        levels[depth[one.id]].append(row)
    parents = {one.id: one.parent for one in told}
    for level in sorted(levels):
        for row in levels[level]:
            row.parent = rows.get(parents[row.identifier])
        add_many(ctx, levels[level])
    return rows


# --- mapping files -------------------------------------------------------------------------------------------------


def take_mapping(ctx: Context, found: MappingFile, file: StoredFile, left: str, right: str) -> Taken:
    """Pairs between two frameworks: those that are imported, or else lists of ids under the names given."""
    names = (left or found.source_name, right or found.target_name)
    for name, side in zip(names, (_("source"), _("target")), strict=True):
        if not name:
            raise Refused(
                _("The file does not say which framework its %(side)s column is of; name it.") % {"side": side}
            )
    source, source_rows = _side(ctx, found.sources, names[0], file)
    target, target_rows = _side(ctx, found.targets, names[1], file)
    if source == target:
        raise Refused(_("Both columns hold ids of %(framework)s; a mapping needs two.") % {"framework": source})
    known = set(
        RequirementMapping.objects.filter(source__framework=source, target__framework=target).values_list(
            "source_id", "target_id"
        )
    )
    made: dict[tuple[int, int], RequirementMapping] = {}
    for pair in found.pairs:
        ends = (source_rows[code_key(pair.source)], target_rows[code_key(pair.target)])
        keys = (ends[0].pk, ends[1].pk)
        if keys not in known and keys not in made:
            made[keys] = RequirementMapping(source=ends[0], target=ends[1], relationship=pair.relationship, file=file)
    if not made:
        raise Refused(_("Every pair of this file is on record already."))
    add_many(ctx, list(made.values()))
    ctx.save(target)
    return Taken(target, mapped=len(made), known=len(known), names=[str(source), str(target)])


def _side(ctx: Context, ids: Sequence[str], name: str, file: StoredFile) -> tuple[Framework, dict[str, Requirement]]:
    """The framework that one column is of, and its rows by folded code; ids it lacks are added where only ids are known."""
    wanted = {code_key(key): key for key in ids}
    framework, rows = _matching(wanted, name)
    if framework is None:
        framework = ctx.save(
            Framework(
                title=name,
                kind=Framework.Kind.IDS,
                file=file,
                sha256=file.sha256,
                imported_by=ctx.user,
                imported_on=ctx.at.date(),
            )
        )
    lacking = {folded: key for folded, key in wanted.items() if folded not in rows}
    if lacking and framework.kind != Framework.Kind.IDS:
        raise Refused(
            _("%(framework)s has no requirement %(ids)s, which the mapping names.")
            % {"framework": framework, "ids": ", ".join(sorted(lacking.values())[:5])}
        )
    place = len(rows)
    new = [
        Requirement(
            framework=framework, identifier=key, code=_shown(key), title=_shown(key), kind=Requirement.Kind.CONTROL, place=place + n
        )
        for n, (_folded, key) in enumerate(sorted(lacking.items(), key=lambda item: _order(item[0])))
    ]  # fmt: skip
    add_many(ctx, new)
    rows |= {code_key(row.identifier): row for row in new}
    if new:
        framework.asking = len(rows)
    return framework, rows


def _shown(key: str) -> str:
    """Ids of annexes are written in capitals (``A.5.1``), whatever the file does."""
    return key[:1].upper() + key[1:] if key[:2].lower() == "a." else key


def _order(folded: str) -> list[tuple[int, int, str]]:
    """Clause numbers in their order: 5.9 before 5.10, clauses before annexes."""
    return [(0, int(piece), "") if piece.isdigit() else (1, 0, piece) for piece in folded.split(".")]


def _matching(wanted: dict[str, str], name: str) -> tuple[Framework | None, dict[str, Requirement]]:
    """The framework in use that has these ids: a catalogue that has them all, or a list of ids of that name."""
    active = Framework.objects.filter(state=Framework.State.ACTIVE)
    for framework in active.filter(kind=Framework.Kind.CATALOGUE).order_by("-pk"):
        rows = _by_code(framework.requirements.all())
        if len(wanted.keys() & rows.keys()) >= SAME * len(wanted):
            return framework, rows
    for framework in active.filter(kind=Framework.Kind.IDS).order_by("-pk"):
        if framework.title.casefold() == name.casefold():
            return framework, _by_code(framework.requirements.all())
    return None, {}


def _by_code(rows: Iterable[Requirement]) -> dict[str, Requirement]:
    return {code_key(row.identifier): row for row in rows}


def _adopt(ctx: Context, framework: Framework, rows: dict[str, Requirement]) -> None:
    """Ids that mapping files brought before the catalogue came: their mappings and answers are the catalogue's from now on."""
    by_code = _by_code(rows.values())
    lists = Framework.objects.filter(state=Framework.State.ACTIVE, kind=Framework.Kind.IDS).prefetch_related(
        "requirements"
    )
    for former in lists.order_by("pk"):
        ids = list(former.requirements.all())
        met = {row.pk: by_code[code_key(row.identifier)] for row in ids if code_key(row.identifier) in by_code}
        if not ids or len(met) < SAME * len(ids) or len(met) < len(ids):
            continue
        moved = []
        for mapping in RequirementMapping.objects.filter(source__framework=former):
            mapping.source = met[mapping.source_id]
            moved.append(mapping)
        change_many(ctx, moved, ["source"])
        moved = []
        for mapping in RequirementMapping.objects.filter(target__framework=former):
            mapping.target = met[mapping.target_id]
            moved.append(mapping)
        change_many(ctx, moved, ["target"])
        former.state = Framework.State.RETIRED
        former.replaced_by = framework
        ctx.save(former)


__all__ = ["Taken", "content_of", "parsed", "take_catalogue", "take_mapping", "take_profile", "tree_of"]
