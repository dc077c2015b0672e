/** Texts of a live page from the one catalogue, in the language of the document. */

export type Catalogue = Record<string, { id: string; en: string }>;
export type Values = Record<string, string | number>;
export type Texts = (key: string, values?: Values) => string;

export function makeTexts(catalogue: Catalogue, language: string): Texts {
  const chosen = language === 'en' ? 'en' : 'id';
  return (key, values = {}) => {
    const entry = catalogue[key];
    if (entry === undefined) throw new Error(`no text ${key}`);
    return entry[chosen].replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : String(value);
    });
  };
}

/** A duration as 01:12:40. */
export function clockText(durationMs: number): string {
  const seconds = Math.max(0, Math.ceil(durationMs / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
