/** Signs of buttons that no typeface is sure to have; drawn in the colour of the text. */
const PATHS = {
  picture: 'M2 3h12v10H2zM4 11l3-4 2 2.5L10.5 8 12 11z',
  recording: 'M6 4v7a2 2 0 1 1-1-1.7V2l8-1v8a2 2 0 1 1-1-1.7V3.2z',
  bullets: 'M2 3h2v2H2zM6 3.5h8M2 7h2v2H2zM6 8h8M2 11h2v2H2zM6 12.5h8',
  numbers: 'M2 2.5h1.2V6M1.8 6h2.6M6 4h8M1.9 9.2h2.2L2 12.8h2.4M6 11.5h8',
  table: 'M2 3h12v10H2zM2 6.5h12M2 9.8h12M6 3v10M10 3v10',
  row: 'M2 4h9v5H2zM12.5 9v5M10 11.5h5',
  column: 'M3 2h5v9H3zM12 8v6M9 11h6',
  no_row: 'M2 4h9v5H2zM10 11.5h5',
  no_column: 'M3 2h5v9H3zM9 11h6',
} as const;
export type IconName = keyof typeof PATHS;

export const isIcon = (name: string): name is IconName => name in PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round" />
    </svg>
  );
}
