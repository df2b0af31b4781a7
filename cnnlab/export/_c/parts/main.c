/* Checks the network on the pictures in golden.h and ends with 1 where one answer is another than it
   was in CNN Lab. With an argument: reads pictures from standard input, prints their answers. */
#include "cnn.h"
#ifndef ARDUINO
#include <stdio.h>
#include "golden.h"

static int check(int number)
{
    const int8_t *answer;
    int i, wrong = 0;
    for (i = 0; i < CNN_INPUT_BYTES; i++)
        cnn_input()[i] = golden_pictures[number][i];
    answer = cnn_run();
    for (i = 0; i < CNN_CLASSES; i++)
        wrong += answer[i] != golden_answers[number][i];
    printf("picture %d: %s\n", number, wrong ? "WRONG" : "as in CNN Lab");
    return wrong;
}

static void answer_all(void)
{
    while (fread(cnn_input(), 1, CNN_INPUT_BYTES, stdin) == CNN_INPUT_BYTES) {
        const int8_t *answer = cnn_run();
        int i;
        for (i = 0; i < CNN_CLASSES; i++)
            printf("%.9g ", CNN_SCALE * (answer[i] - CNN_ZERO));
        printf("\n");
    }
}

int main(int arguments, char **words)
{
    int number, wrong = 0;
    (void)words;
    if (arguments > 1) {
        answer_all();
        return 0;
    }
    for (number = 0; number < GOLDEN; number++)
        wrong += check(number);
    return wrong ? 1 : 0;
}
#endif
