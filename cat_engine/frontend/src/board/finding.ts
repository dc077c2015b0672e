/** Searching by participant number as people type it: with or without dashes and spaces. Pure. */

export function plain(text: string): string {
  return text.replace(/[^0-9a-z]/gi, '').toLowerCase();
}

/** Positions of the numbers that hold the asked text, an exact one first. */
export function find(numbers: readonly string[], asked: string): number[] {
  const wanted = plain(asked);
  if (wanted === '') return [];
  const found: number[] = [];
  numbers.forEach((number, index) => {
    const one = plain(number);
    if (one === wanted) found.unshift(index);
    else if (one.includes(wanted)) found.push(index);
  });
  return found;
}
