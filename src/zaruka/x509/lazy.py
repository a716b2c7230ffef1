"""Attributes that are computed when they are first asked for, and then kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["lazy"]

T = TypeVar("T")

_keep = object.__setattr__  # of frozen instances too, and without making their `__dict__`


class lazy(Generic[T]):  # noqa: N801 - used as a decorator, like property
    """`functools.cached_property` without its lock: two threads may compute the same value."""

    def __init__(self, compute: Callable[..., T]) -> None:
        """Decorate a method without arguments."""
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn the name under which the value is kept."""
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> lazy[T]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> T | lazy[T]:
        """Compute and keep; afterwards the instance's own attribute is found first."""
        if instance is None:
            return self
        value = self._compute(instance)
        _keep(instance, self._name, value)
        return value
