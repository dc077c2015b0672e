/** Paragraphs, **bold** and *italic* of an item's text; everything else is shown as it is. */
import type { ComponentChildren } from 'preact';

export function Prose({ text, class: name = 'prose' }: { text: string; class?: string }) {
  const paragraphs = text.trim().split(/\n\s*\n/);
  return (
    <div class={name}>
      {paragraphs.map((paragraph, index) => (
        <p key={index}>{inline(paragraph)}</p>
      ))}
    </div>
  );
}

export function inline(text: string): ComponentChildren[] {
  return text.split(/(\*\*[^*]+\*\*|\*[^*\s][^*]*\*)/g).map((piece, index) => {
    if (/^\*\*[^*]+\*\*$/.test(piece)) return <strong key={index}>{piece.slice(2, -2)}</strong>;
    if (/^\*[^*]+\*$/.test(piece)) return <em key={index}>{piece.slice(1, -1)}</em>;
    return piece;
  });
}
