"use strict";
(function (K) {
})(window.K = window.K || {});
