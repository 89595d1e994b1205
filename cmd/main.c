/*
 * main: the one place that prints errors and decides the exit status.
 */
#include <stdio.h>

int main(void)
{
	puts("kubectl-gitops");
	return 0;
}
