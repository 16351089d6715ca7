/** One red pixel. */
export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

/** Two samples of silence as WAV: 8 bits at 8 kHz. */
export const WAV = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQIAAACAgA==';

export const text = (value: string) => ({ type: 'text' as const, text: value });
export const image = () => ({ type: 'image' as const, data: PNG, mimeType: 'image/png' });
