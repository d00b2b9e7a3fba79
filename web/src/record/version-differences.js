// What changed from one version of a declaration to the next.

// Every answer of a response under its place: { place: { linkId, words: [...] } }; `say` makes words of one answer.
export function flatten(response, say) {
  const found = {};
  const take = (items, before) => {
    const seen = {};
    for (const { linkId, answer, item } of items || []) {
      seen[linkId] = (seen[linkId] ?? -1) + 1;
      const place = `${before}/${linkId}${seen[linkId] ? `~${seen[linkId]}` : ''}`;
      if (answer) found[place] = { linkId, words: answer.map((each) => say(linkId, each)) };
      take(item, place);
      (answer || []).forEach((each, number) => take(each.item, number ? `${place}~${number}` : place));
    }
  };
  take(response.item, '');
  return found;
}

// [{ linkId, before, after }], texts of one answer or null, in the newer one's order, what is gone last.
export function differences(older, newer) {
  const words = (answer) => (answer ? answer.words.join(', ') : null);
  return [...new Set([...Object.keys(newer), ...Object.keys(older)])]
    .map((place) => ({ linkId: (newer[place] || older[place]).linkId, before: words(older[place]), after: words(newer[place]) }))
    .filter(({ before, after }) => before !== after);
}
