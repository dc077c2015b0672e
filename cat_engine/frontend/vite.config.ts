import { existsSync } from 'node:fs';
import { defineConfig } from 'vite';

const pages = ['candidate', 'proctor', 'board', 'preview', 'editor', 'door', 'ready', 'readiness', 'replay'];
const input = Object.fromEntries(
  pages
    .map((page) => [page, `src/${page}/main.tsx`] as const)
    .filter(([, file]) => existsSync(file)),
);

export default defineConfig({
  base: '/static/built/',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2020',
    outDir: '../static/built',
    emptyOutDir: true,
    manifest: 'manifest.json',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input },
  },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
});
