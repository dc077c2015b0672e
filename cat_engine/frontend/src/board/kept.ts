/** What this device remembers for its owner; nothing of it is sent anywhere. */

export function read(name: string): string {
  try {
    return localStorage.getItem(name) ?? '';
  } catch {
    return '';
  }
}

export function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A device that keeps nothing: the value holds for this page.
  }
}
