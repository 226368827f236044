"""Names that a header introduces and no symbol stands for: templates, concepts, `using`, aliases of namespaces."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from trtheaders.model.headers.declarations import Access
from trtheaders.model.headers.layouts import Record
from trtheaders.model.places import Location


class IntroductionKind(Enum):
    """What kind of name is introduced; the value is the word used in reports."""

    CLASS_TEMPLATE = "class template"
    ALIAS_TEMPLATE = "alias template"
    VARIABLE_TEMPLATE = "variable template"
    SPECIALISATION = "specialisation"
    """Of a class or variable template, partial or explicit."""
    CONCEPT = "concept"
    USING_DECLARATION = "using declaration"
    INHERITED_CONSTRUCTORS = "inherited constructors"
    USING_DIRECTIVE = "using directive"
    NAMESPACE_ALIAS = "namespace alias"
    FRIEND_CLASS = "friend class"
    DEDUCTION_GUIDE = "deduction guide"


class Introduction(Struct, frozen=True, kw_only=True, array_like=True):
    """One name and what it means.

    ``name`` is qualified, with its arguments for a specialisation (`n::Traits<int>`). ``head`` is the template's
    parameters with their defaults and demands, the names of parameters replaced by `$0`, `$1`. ``meaning`` is what
    `using` and aliases name, a variable's initialiser, `final` for a class, a hash for a concept, what a guide
    deduces. ``members`` of a class template are its bases (name '') and data members in their order, each with its type
    and who may name it. ``pattern`` is the class template and the classes inside it, what no argument decides: no size,
    no offsets, ``slots`` for the virtual functions that are its own; None in records from before there were any.
    ``attributes`` are those that lay it out (`alignas ( 16 )`).
    """

    name: str
    kind: IntroductionKind
    location: Location
    head: str = ""
    meaning: str = ""
    access: Access = Access.PUBLIC
    members: tuple[tuple[str, str, Access], ...] = ()
    pattern: tuple[Record, ...] | None = None
    attributes: str = ""
