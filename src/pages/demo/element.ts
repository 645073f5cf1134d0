// Elements of the page by what they are for: the `data-testid` names that tests use as well.

/** Finds an element of the given class, or throws: the page and its script do not match. */
export function element<E extends Element>(
  name: string,
  type: abstract new () => E,
  root: ParentNode = document,
): E {
  const found = root.querySelector(`[data-testid="${name}"]`);
  if (!(found instanceof type)) throw new Error(`the page has no ${type.name} "${name}"`);
  return found;
}
