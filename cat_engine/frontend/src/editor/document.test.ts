import { describe, expect, test } from 'vitest';
import { blankDocument, freeName, notationOf, type Document, type KeyRule } from './document';
import { Drafts, type Place } from './drafts';
import { allRich, partAt, withAsked, withInteraction, withKind, withMost, withText, withValue, without, withoutInteraction } from './lens';
import { PRESETS, begun, presetFor } from './presets';
import { readRich } from './rich';
import { changeWay, fitted, holdsAll, keyOf, unordered } from './rules';

const t = (key: string) => key;
const key = (document: Document, at = '') => (partAt(document, at) as KeyRule).key;

function choice(): Document {
  const blank = blankDocument('choice');
  const options = ['satu', 'dua', 'tiga'].map((text, index) => ({ id: 'abc'[index]!, text, image: null }));
  return { ...blank, stem: 'Mana?', options, rule: { kind: 'key', key: { choice: 'b' }, right: '5', wrong: '0', blank: '0' } };
}

describe('kinds', () => {
  test.each(PRESETS)('%s begins with what the editor holds', (preset) => {
    const document = begun(preset, t);

    expect(holdsAll(document)).toBe(true);
    expect(presetFor(document)).toBe(preset === 'true_false' ? 'choice' : preset);
  });

  test.each(PRESETS)('changing to %s keeps what was written', (preset) => {
    const written = { ...choice(), explanation: 'Sebab', section: 'tiu', stimulus: { id: 's', text: 'Bacaan', image: null } };

    const changed = withKind(written, begun(preset, t));

    expect(changed.stem).toContain('Mana?');
    expect(changed.explanation).toContain('Sebab');
    expect([changed.section, changed.stimulus]).toEqual(['tiu', written.stimulus]);
    expect(holdsAll(changed)).toBe(true);
    if (['choices', 'order', 'match', 'gap_match'].includes(preset)) {
      expect(changed.options.map((one) => one.text)).toEqual(['satu', 'dua', 'tiga']);
    }
  });
});

test('a kind that was left comes back with its questions', () => {
  const inline = begun('inline', t);
  const alone = withKind(inline, blankDocument('choice'));

  const back = withKind({ ...alone, stem: '<p>Lain</p>' }, inline);

  expect(alone.stem).toBe('<p>editor.inline_example </p>');
  expect(back.stem).toBe('<p>Lain</p><place name="p1"/>');
  expect(presetFor(back)).toBe('inline');
  expect(withKind(inline, blankDocument('composite'))).toBe(inline);
});

describe('options', () => {
  test('an option that is gone is gone from the key, and from an order', () => {
    const document = choice();
    const fewer = { options: document.options.filter((one) => one.id !== 'b') };

    expect(key(withAsked(document, '', fewer))).toBeNull();
    const order = { ...withKind(document, blankDocument('order')) };
    expect(key(withAsked(order, '', fewer))).toEqual({ order: ['a', 'c'] });
  });

  test('a rule that is not held is never touched', () => {
    const rule = { kind: 'processing' as const, program: { a: 1 }, highest: '1', lowest: '0' };
    const document: Document = { ...choice(), rule };

    expect(withAsked(document, '', { options: [] }).rule).toBe(rule);
    const gaps: Document = { ...document, kind: 'gap_match', notation: 'rich', targets: [{ id: 'g1', text: '', image: null }] };
    expect(withText(gaps, 'stem', readRich('<p>tanpa rumpang</p>'), false).targets).toBe(gaps.targets);
    expect(holdsAll(document)).toBe(false);
    expect(holdsAll({ ...choice(), rule: { kind: 'sum', parts: {} } })).toBe(false);
  });

  test('one to choose and several have keys of their own', () => {
    const several = { ...choice(), kind: 'hotspot' as const, settings: { most: 1 } };

    const changed = withMost(several, '', '2');

    expect(key(changed)).toEqual({ choices: ['b'] });
    expect(key(withMost(changed, '', '1'))).toEqual({ choice: 'b' });
  });

  test('another way of marking takes over what it can', () => {
    const document = choice();
    const rule = partAt(document, '')!;

    expect(changeWay(document, rule, 'options')).toMatchObject({ points: { a: '0', b: '5', c: '0' } });
    expect(changeWay(document, changeWay(document, rule, 'options'), 'key')).toMatchObject({ key: { choice: 'b' } });
    const several = { ...document, kind: 'choices' as const };
    const mapping = changeWay(several, { ...rule, key: { choices: ['a', 'c'] } } as KeyRule, 'mapping');
    expect(mapping).toMatchObject({ entries: { a: '1', c: '1' } });
    expect(changeWay(several, mapping, 'key')).toMatchObject({ key: { choices: ['a', 'c'] } });
  });

  test('pairs and keys are written in the one order of the server', () => {
    const match = { ...choice(), kind: 'match' as const };

    expect(keyOf(match, ['b x', 'a y', 'b x'])).toEqual({ match: [['a', 'y'], ['b', 'x']] });
    expect(unordered('c', 'a')).toBe('a c');
    expect(fitted({ ...match, targets: [] }, { kind: 'key', key: { match: [['a', 'y']] }, right: '1', wrong: '0', blank: '0' })).toMatchObject({ key: { match: [] } });
  });

  test('names are free, in letters and then in numbers', () => {
    expect(freeName(['a', 'c'])).toBe('b');
    expect(freeName([...'abcdefghijklmnopqrstuvwxyz'])).toBe('o1');
    expect(freeName(['g1', 'g3'], 'g')).toBe('g2');
  });
});

describe('texts', () => {
  test('a text that needs more than marks makes all texts of the item rich', () => {
    const document = choice();
    const nodes = readRich('<p>H<sub>2</sub>O?</p>');

    const changed = withText({ ...document, explanation: 'a < b' }, 'stem', nodes, false);

    expect(notationOf(changed)).toBe('rich');
    expect([changed.stem, changed.explanation, changed.options[0]!.text]).toEqual(['<p>H<sub>2</sub>O?</p>', '<p>a &lt; b</p>', 'satu']);
    expect(notationOf(withText(document, 'stem', readRich('<p>Apa?</p>'), false))).toBe('plain');
    expect(allRich(changed)).toBe(changed);
  });

  test('the gaps of a text are its targets, and the key forgets a gap that is gone', () => {
    const blank = blankDocument('gap_match');
    const both = withText(blank, 'stem', readRich('<p><gap name="g2"/> <gap name="g1"/></p>'), false);
    const keyed: Document = { ...both, rule: { kind: 'key', key: { match: [['a', 'g1'], ['b', 'g2']] }, right: '1', wrong: '0', blank: '0' } };

    const fewer = withText(keyed, 'stem', readRich('<p><gap name="g1"/></p>'), false);

    expect(both.targets.map((one) => one.id)).toEqual(['g2', 'g1']);
    expect(fewer.targets.map((one) => one.id)).toEqual(['g1']);
    expect(key(fewer)).toEqual({ match: [['a', 'g1']] });
    expect(without(both.stem, 'gap', 'g2')).toBe('<p> <gap name="g1"/></p>');
  });

  test('the marked words of a text are its options', () => {
    const document = withText(blankDocument('hot_text'), 'stem', readRich('<p>a <hot name="h1">b &amp; c</hot></p>'), false);

    expect(document.options).toEqual([{ id: 'h1', text: 'b &amp; c', image: null }]);
  });

  test('questions come with their place and go with it', () => {
    const { document, name } = withInteraction(blankDocument('composite'), 'choice', false);

    expect(document.stem).toBe(`<place name="${name}"/>`);
    expect(partAt(document, 'interactions/0')).toMatchObject({ kind: 'key' });
    const empty = withoutInteraction(document, 0);
    expect([empty.stem, empty.interactions, empty.rule]).toEqual(['', [], { kind: 'sum', parts: {} }]);
  });

  test('a value is changed at its place alone', () => {
    const document = choice();

    const changed = withValue(document, 'options/1/text', 'lain');

    expect(changed.options.map((one) => one.text)).toEqual(['satu', 'lain', 'tiga']);
    expect(changed.options[0]).toBe(document.options[0]);
    expect(withValue(document, 'settings/length', '30').settings).toEqual({ length: '30' });
  });
});

describe('drafts', () => {
  const place = (): Place & { values: Map<string, string> } => {
    const values = new Map<string, string>();
    return {
      values,
      getItem: (name) => values.get(name) ?? null,
      setItem: (name, value) => void values.set(name, value),
      removeItem: (name) => void values.delete(name),
      key: (index) => [...values.keys()][index] ?? null,
      get length() { return values.size; },
    };
  };
  const draft = (id: string, at: number) => ({ id, bank: 'b', item: id, reason: '', base_version: 0, document: choice(), at });

  test('are found again by their author alone, the newest first, for a month', () => {
    const store = place();
    const own = new Drafts('eka', store);
    own.keep(draft('satu', 1000));
    own.keep(draft('dua', 2000));
    new Drafts('fajar', store).keep(draft('tiga', 3000));

    expect(own.list(2000).map((one) => one.id)).toEqual(['dua', 'satu']);
    expect(own.find('satu')).toEqual(draft('satu', 1000));
    expect(own.find('tiga')).toBeNull();
    own.drop('dua');
    expect(own.list(31 * 24 * 3600 * 1000)).toEqual([]);
    expect(store.values.size).toBe(1);
  });

  test('a store that is full is said', () => {
    const full = { ...place(), setItem: () => { throw new Error('full'); } };

    expect(new Drafts('eka', full).keep(draft('satu', 1))).toBe(false);
  });
});
