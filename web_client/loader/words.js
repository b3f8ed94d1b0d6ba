// @ts-check
/** What an element says before Python is there: in its language, with the agent's name in it. */
import { idle } from "virtual:idle";

/**
 * @param {Element} element
 * @param {string} key as in web_client/elements/idle.py
 */
export function word(element, key) {
  return named(element, language(element)[key]);
}

/**
 * @param {Element} element
 * @param {string} text in which `{name}` stands for the agent
 */
export function named(element, text) {
  return text.replaceAll("{name}", element.getAttribute("name") || language(element).name);
}

/** @param {Element} element */
export function pageLanguage(element) {
  return /** @type {HTMLElement | null} */ (element.closest("[lang]"))?.lang ?? "";
}

/** @param {Element} element */
function language(element) {
  const tag = element.getAttribute("language") || pageLanguage(element);
  return idle.words[tag.toLowerCase().split("-")[0]] ?? idle.words.en;
}
