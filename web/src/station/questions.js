// One question to staff before something that is unusual, or cannot be undone: in words of the page, with two answers.
import { byId } from './state.js';
import { element } from '../texts.js';

// True only for the first answer; whatever else closes it is a no. `answers` are the words of both.
export function ask(title, sentences, answers) {
  const dialog = byId('question');
  dialog.querySelector('h2').textContent = title;
  dialog.querySelector('.about').replaceChildren(...sentences.map((textContent) => element('p', { textContent })));
  [byId('question-yes').textContent, byId('question-no').textContent] = answers;
  return new Promise((resolve) => {
    dialog.returnValue = '';
    dialog.onclose = () => {
      dialog.querySelector('.about').replaceChildren();
      resolve(dialog.returnValue === 'yes');
    };
    dialog.showModal();
  });
}

// Nobody is there any more to answer.
export function closeQuestion() {
  if (byId('question').open) byId('question').close();
}
