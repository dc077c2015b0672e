import { describe, expect, test } from 'vitest';
import { asksOf, chooseOption, givenTo, isLeft, matchOf, readNumber, unorderedOf, usedEither, usedOptions, usedTargets, withGiven, wordsOf } from './responses';
import type { Ask, Item } from './types';

function ask(changes: Partial<Ask> = {}): Ask {
  const options = ['A', 'B', 'C'].map((letter) => ({ letter, text: letter, image: null }));
  return { name: '1', kind: 'choices', image: null, options, ...changes };
}

function item(changes: Partial<Item> = {}): Item {
  return { item_no: 1, section: 'twk', kind: 'choice', stem: '', image: null, stimulus: null, options: [], ...changes };
}

describe('one thing asked, or several', () => {
  const both = item({ kind: 'composite', interactions: [ask({ name: '1' }), ask({ name: '2', kind: 'text' })] });

  test('an item that asks one thing is answered by the response itself', () => {
    const one = item();

    expect(asksOf(one).map((each) => each.kind)).toEqual(['choice']);
    expect(withGiven(one, null, 'RESPONSE', { choice: 'A' })).toEqual({ choice: 'A' });
    expect(givenTo(one, { choice: 'A' }, 'RESPONSE')).toEqual({ choice: 'A' });
  });

  test('an item that asks several is answered by a record, in the order of names', () => {
    const second = withGiven(both, null, '2', { text: 'x' });
    const first = withGiven(both, second, '1', { choices: ['A'] });

    expect(Object.keys((first as { record: object }).record)).toEqual(['1', '2']);
    expect(givenTo(both, first, '2')).toEqual({ text: 'x' });
  });

  test('clearing the last of several is a blank response', () => {
    expect(withGiven(both, { record: { '1': { choices: ['A'] } } }, '1', null)).toBeNull();
  });
});

describe('options', () => {
  test('several are kept sorted, and giving up the last is blank', () => {
    const two = chooseOption(ask(), { choices: ['C'] }, 'A', true);

    expect(two).toEqual({ choices: ['A', 'C'] });
    expect(chooseOption(ask(), { choices: ['A'] }, 'A', false)).toBeNull();
  });

  test.each(['hot_text', 'hotspot'] as const)('%s with one to choose is a choice', (kind) => {
    expect(chooseOption(ask({ kind, settings: { most: 1 } }), null, 'B', true)).toEqual({ choice: 'B' });
  });
});

describe('pairs', () => {
  test('are written in one order, whatever order they were made in', () => {
    expect(matchOf([['B', 'A'], ['A', 'B'], ['A', 'A']])).toEqual({ match: [['A', 'A'], ['A', 'B'], ['B', 'A']] });
    expect(unorderedOf([['C', 'A'], ['A', 'C'], ['B', 'A']])).toEqual({ pairs: [['A', 'B'], ['A', 'C']] });
    expect(matchOf([])).toBeNull();
  });

  test('an option is used as often as it may be', () => {
    const option = { letter: 'A', text: '', image: null };

    expect(isLeft(option, usedOptions([['A', 'B']]), 1)).toBe(false);
    expect(isLeft(option, usedOptions([['B', 'A']]), 1)).toBe(true);
    expect(isLeft(option, usedTargets([['B', 'A']]), 1)).toBe(false);
    expect(isLeft(option, usedEither([['B', 'A']]), 1)).toBe(false);
    expect(isLeft({ ...option, most: 2 }, ['A'], 1)).toBe(true);
    expect(isLeft({ ...option, most: 0 }, ['A', 'A'], 1)).toBe(true);
  });
});

test.each([
  ['12', '12'], [' 3,5 ', '3.5'], ['-.5', '-.5'], ['7/2', '7/2'],
  ['', null], ['dua', null], ['1e5', null], ['1.2.3', null], ['9'.repeat(51), null],
])('the typed number %s is read as %s', (typed, read) => {
  expect(readNumber(typed)).toBe(read);
});

test('words of rich text are those that are seen', () => {
  const rich = { rich: ['Luas ', { tag: 'em', children: ['segitiga'] }, { tag: 'img', attributes: { alt: 'gambar' } }] };

  expect(wordsOf(rich)).toBe('Luas segitigagambar');
  expect(wordsOf('**Ibu** kota')).toBe('Ibu kota');
});
