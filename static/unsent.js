// A page of several forms: before one is sent, or the page left, it is asked whether words typed in another may go.

const TYPED_INTO = "textarea, input:not([type=checkbox], [type=radio])";
const forms = document.querySelectorAll("main form");
let sent = null;

const isTyped = (form) => [...form.querySelectorAll(TYPED_INTO)].some((field) => field.value !== field.defaultValue);

addEventListener("submit", (event) => {
  sent = event.target;
});

addEventListener("beforeunload", (event) => {
  if ([...forms].some((form) => form !== sent && isTyped(form))) event.preventDefault();
  sent = null;
});
