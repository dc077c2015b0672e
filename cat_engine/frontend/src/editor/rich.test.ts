import { describe, expect, test } from 'vitest';
import { BadRich, element, joined, nodesOf, plainOf, readRich, richOf, wordsIn, writeRich } from './rich';

describe('rich text', () => {
  test.each([
    '<p>Luas <em>segitiga</em> &lt; 5 &amp; x<sub>1</sub></p>',
    '<p>Isi <gap name="g1"/> dan <gap name="g2"/></p>',
    '<p><hot name="a">kata</hot> dan <hot name="b">lain</hot></p>',
    '<table><tr><th scope="col">a</th></tr><tr><td colspan="2">2*3*4</td></tr></table>',
    '<math alttext="1/x"><mfrac><mn>1</mn><msup><mi>x</mi><mn>2</mn></msup></mfrac></math>',
    'tanpa paragraf <br/>\n  baris',
    '<img alt="tanda &quot;kutip&quot;" src="ab.png" width="40"/>',
  ])('%s is read and written again as it was', (text) => {
    expect(writeRich(readRich(text))).toBe(text);
  });

  test.each(['<p>', '</p>', '<p></em></p>', 'a < b', '&nbsp;', '<p class=x>'])('%s is no rich text', (text) => {
    expect(() => readRich(text)).toThrow(BadRich);
  });

  test('what plain text can say stays plain, with its paragraphs and breaks', () => {
    const text = 'Mana yang **benar**?\nPilih *satu*.\n\nLalu 2 * 3 * 4.';

    expect(plainOf(nodesOf(text, 'plain', false), false)).toBe(text);
    expect(plainOf(nodesOf('opsi **kiri**', 'plain', true), true)).toBe('opsi **kiri**');
  });

  test.each([
    ['stars that would become marks', [element('p', {}, ['2*3*4'])]],
    ['a list', [element('ul', {}, [element('li', {}, ['satu'])])]],
    ['a subscript', [element('p', {}, ['H', element('sub', {}, ['2']), 'O'])]],
    ['marks within marks', [element('p', {}, [element('strong', {}, [element('em', {}, ['x'])])])]],
    ['a language', [element('p', { lang: 'jv' }, ['x'])]],
  ])('%s need rich text', (_, nodes) => {
    expect(plainOf(nodes, false)).toBeNull();
  });

  test('a plain text in rich notation looks the same', () => {
    expect(richOf('a < **b**\nc\n\nd', 'plain', false)).toBe('<p>a &lt; <strong>b</strong><br/>c</p><p>d</p>');
    expect(richOf('<p>x</p>', 'rich', false)).toBe('<p>x</p>');
  });

  test('neighbouring texts are one', () => {
    expect(joined(['a', 'b', '', element('em', {}, ['c', 'd'])])).toEqual(['ab', element('em', {}, ['cd'])]);
  });

  test('the words of a text name it', () => {
    expect(wordsIn('<p>Ibu <strong>kota</strong></p><img alt="peta" src="a.png"/>', 'rich')).toBe('Ibu kota peta');
    expect(wordsIn('**Ibu** kota', 'plain')).toBe('Ibu kota');
    expect(wordsIn('<p>', 'rich')).toBe('<p>');
  });
});
